import ConcreteAutoencoder
import FeatureSelection
import Foundation
import SelectionReport

/// What a run came to, in a few sentences and numbers.
struct Summary {
  /// A number with what it means.
  struct Tile {
    let label: String
    let value: String
    let note: String
  }

  let headline: String
  let lead: String
  /// Why not to rely on the selection; nil where nothing speaks against it.
  let warning: String?
  let tiles: [Tile]

  init(_ run: RunReport) {
    let selection = run.selection
    let all = NumberText.count(selection.featureCount)
    headline = "\(NumberText.count(selection.distinctCount)) of \(all) features"
    let data = run.configuration.data.path.split(separator: "/").last.map(String.init) ?? "the data"
    let shown = selection.features.prefix(3).map { run.title(of: $0.feature).cut(to: 60) }
      .joined(separator: ", ")
    let task = run.configuration.task
    let purpose =
      task == .reconstruct
      ? "all the others are rebuilt" : task == .classify ? "the class is told" : "the label is predicted"
    lead =
      "From these features of \(data) \(purpose). They were chosen by "
      + (selection.source.map { "\(SelectionMethod.title($0)), since no other candidate is clearly better" }
        ?? "the selectors of a trained network")
      + (selection.hasReasons ? ". Most important: \(run.grid == nil ? "" : "pixels ")\(shown)." : ".")
    let failures = run.result?.failures ?? []
    warning =
      run.result == nil
      ? "the run is not finished, so this is what stands at its newest checkpoint."
      : selection.convergenceNote.map { "\($0)." }
        ?? failures.first.map { "'\($0.name)' failed: \($0.failure ?? "")." }
    tiles = [Self.share(run), Self.error(run), Self.lead(run), Self.convergence(run)].compactMap { $0 }
  }

  private static func share(_ run: RunReport) -> Tile? {
    if let rebuilt = run.rebuilt, let overall = rebuilt.overall {
      return Tile(
        label: "R² of all features", value: NumberText.fixed(overall, decimals: 3),
        note:
          "the share of their variation that is known from the selected ones, these included, \(rebuilt.source); 1 is perfect"
      )
    }
    guard let labels = run.labels, let explained = labels.explained else { return nil }
    return Tile(
      label: "R² of the label", value: NumberText.fixed(explained, decimals: 3),
      note:
        "the share of its variation that is predicted, on \(NumberText.rows(labels.rows, labels.part)); 1 is perfect"
    )
  }

  private static func error(_ run: RunReport) -> Tile? {
    guard let part = run.result?.errors?.last else { return nil }
    let accuracy = part.metrics.first { $0.name == "accuracy" }
    let lossName = run.configuration.task.objective.lossName
    guard let metric = accuracy ?? part.metrics.first(where: { $0.name == lossName }) else { return nil }
    let what =
      accuracy != nil
      ? "the share of rows whose class is found"
      : NumberText.metric(metric.name) + (metric.name == "mse" ? Self.scaling(run) : " in nats")
    let error = accuracy == nil ? part.standardError : nil
    return Tile(
      label: accuracy == nil ? NumberText.errorTitle(part.part) : "Accuracy",
      value: accuracy.map { NumberText.percent($0.value) } ?? NumberText.short(metric.value),
      note: (error.map { "± \(NumberText.short($0)) (standard error): " } ?? "")
        + "\(what), on \(NumberText.rows(part.rows, part.part))")
  }

  /// In which units errors are.
  private static func scaling(_ run: RunReport) -> String {
    if run.configuration.task == .regress { return ", labels scaled to deviation 1" }
    if run.isStandardized { return ", every feature scaled to deviation 1" }
    return run.data.preprocessing.scale.allSatisfy { abs(255 * $0 - 1) < 1e-6 }
      ? " of values divided by 255" : " in scaled units"
  }

  private static func lead(_ run: RunReport) -> Tile? {
    guard let lead = Lead(run) else { return nil }
    if lead.difference <= 0, let same = lead.same.first {
      let others = lead.same.dropFirst().map { " and \(SelectionMethod.title($0))" }.joined()
      return Tile(
        label: "Next to \(SelectionMethod.title(same))", value: "the same",
        note:
          "\(SelectionMethod.title(same))\(others), which need\(lead.same.count == 1 ? "s" : "") no training, "
          + "come\(lead.same.count == 1 ? "s" : "") to the same features")
    }
    return Tile(
      label: "Next to \(SelectionMethod.title(lead.rival.name))",
      value: (lead.difference > 0 ? "+" : lead.difference < 0 ? "−" : "±")
        + NumberText.percent(abs(lead.difference)),
      note:
        "error by linear regression, compared with the best other way of selecting; less is better"
        + (lead.isClear ? "" : ", but here no difference is clear")
    )
  }

  private static func convergence(_ run: RunReport) -> Tile? {
    // Of a selection that is not theirs it says nothing.
    guard let selectors = run.result?.selectors, run.selection.source == nil else { return nil }
    let count = run.configuration.selector.k
    return Tile(
      label: "Selectors converged", value: "\(count - selectors.unconverged) of \(count)",
      note:
        "parts of the network that settled on one feature, or on it and its copies (probability 0.9 or more)")
  }
}

/// The result beside the best other selection of the comparison.
struct Lead {
  let rival: SelectionComparison.Entry
  /// Ways of selecting that come to the same features.
  let same: [String]
  /// By how much the result's linear error is larger, as a share of the rival's; below 0 it is smaller.
  let difference: Double
  /// Whether that is more than two standard errors.
  let isClear: Bool

  /// nil where nothing was compared.
  init?(_ run: RunReport) {
    guard let comparison = run.result?.comparison,
      let own = comparison.entries.first(where: { $0.name == "result" }),
      own.error.isFinite
    else { return nil }
    let others = comparison.entries.filter { !["result", "pca"].contains($0.name) && $0.error.isFinite }
    func isSame(_ entry: SelectionComparison.Entry) -> Bool {
      entry.features.map(Set.init) == own.features.map(Set.init)
    }
    same = others.filter(isSame).map(\.name)
    guard let rival = others.filter({ !isSame($0) }).min(by: { $0.error < $1.error }), rival.error > 0 else {
      return nil
    }
    self.rival = rival
    // What is shown as 0 is no difference.
    let difference = own.error / rival.error - 1
    self.difference = abs(difference) < 0.0005 ? 0 : difference
    isClear =
      self.difference != 0 && comparison.rows >= SelectionResult.PartError.fewRows
      && abs(own.error - rival.error) > 2 * (rival.differenceError ?? 0)
  }
}
