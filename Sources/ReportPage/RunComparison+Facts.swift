import FeatureSelection
import SelectionReport

/// What each of several runs came to, and on what it ran.
extension RunComparison {
  /// A column a run, a row each figure.
  var facts: Figure {
    let rows: [(String, (RunReport) -> String?)] = [
      ("features", { "\($0.selection.features.count), \($0.selection.distinctCount) distinct" }),
      ("R² of all features", { $0.rebuilt?.overall.map { NumberText.fixed($0, decimals: 3) } }),
      (
        "held-out error",
        { run in
          run.result?.heldOutLoss.map { loss in
            NumberText.short(loss)
              + (run.result?.heldOutStandardError.map { " ± \(NumberText.short($0))" } ?? "")
          }
        }
      ),
      (
        "accuracy",
        {
          $0.result?.errors?.last?.metrics.first { $0.name == "accuracy" }.map {
            NumberText.percent($0.value)
          }
        }
      ),
      ("linear error", { Self.linear($0, "result").map { NumberText.short($0) } }),
      ("of random selections", { Self.ratio($0, "random") }),
      ("of the largest variance", { Self.ratio($0, "variance") }),
      ("of forward selection", { Self.ratio($0, "greedy") }),
      ("of principal components", { Self.ratio($0, "pca") }),
      (
        "selectors converged",
        { run in
          run.result?.selectors.map {
            "\(run.configuration.selector.k - $0.unconverged) of \(run.configuration.selector.k)"
          }
        }
      ),
      ("rows trained on", { ($0.placement?.trainingRows ?? $0.data.trainingRows).map(NumberText.count) }),
      ("steps", { $0.metrics.last.map { NumberText.count($0.step) } }),
      ("data, SHA-256", { String($0.data.contentHash.prefix(12)) }),
      (
        "ranks",
        { run in
          run.placement.map { "\($0.ranks)\($0.areWorkers == true && $0.ranks > 1 ? " workers" : "")" }
        }
      ),
      (
        "versions",
        { run in
          run.placement.map { (["cae \($0.version)"] + [$0.mpi].compactMap(\.self)).joined(separator: ", ") }
        }
      ),
    ]
    return Figure(
      title: "Side by side",
      note:
        "The linear error is that of a regression of all features on the selected ones; below it those of other ways of "
        + "selecting as many, as parts of it.",
      span: .all,
      body: DataTable(
        [""] + names,
        rows: rows.compactMap { name, value in
          let cells = runs.map(value)
          return cells.allSatisfy { $0 == nil } ? nil : [name] + cells.map { $0 ?? "–" }
        }
      ).markup(class: "differing"))
  }

  /// The commands that repeat the runs.
  var commands: Figure {
    Figure(
      title: "Commands", note: "These repeat the runs:", span: .all,
      body: Markup(
        runs.map { .element("pre", ["tabindex": "0"], [.element("code", [:], ["\(RunTable.command($0))"])]) })
    )
  }

  private static func linear(_ run: RunReport, _ name: String) -> Double? {
    run.result?.comparison?.entries.first { $0.name == name && $0.error.isFinite }?.error
  }

  private static func ratio(_ run: RunReport, _ name: String) -> String? {
    guard let own = linear(run, "result"), own > 0, let other = linear(run, name) else { return nil }
    return "×" + NumberText.fixed(other / own, decimals: 2)
  }
}
