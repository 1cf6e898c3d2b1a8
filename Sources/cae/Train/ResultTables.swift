import FeatureSelection
import Foundation
import ReportPage
import Tables

/// The candidates and the comparison of a result as text for a terminal.
enum ResultTables {
  /// One line a candidate, the chosen one marked; nil where there was nothing to choose from.
  static func candidates(_ candidates: [Candidate], lossName: String) -> String? {
    guard candidates.count > 1, candidates.contains(where: { $0.validation != nil }) else { return nil }
    let best = candidates.compactMap(\.validation).min() ?? 0
    let rows = candidates.map { candidate in
      [
        candidate.isChosen ? "*" : "", candidate.sources.joined(separator: ", "),
        candidate.validation.map(short) ?? "",
        candidate.validation.map { $0 > best ? "+\(short($0 - best))" : "" } ?? "",
        candidate.validation == best ? "" : candidate.differenceError.map { "± \(short($0))" } ?? "",
      ]
    }
    return text([["", "candidate", "validation \(lossName)", "to the best", ""]] + rows)
  }

  /// One line a way of selecting.
  static func comparison(_ comparison: SelectionComparison) -> String {
    guard let first = comparison.entries.first else { return "" }
    let hasClasses = comparison.entries.contains { $0.accuracy != nil }
    let hasDecoders = comparison.entries.contains { $0.decoderError != nil }
    let rows = comparison.entries.map { entry in
      [entry.name] + cells(entry.error, to: first.error)
        + [entry.explained.map { String(format: "%.3f", $0) } ?? ""]
        + (hasClasses ? [entry.accuracy.map { String(format: "%.3f", $0) } ?? ""] : [])
        + (hasDecoders ? cells(entry.decoderError, to: first.decoderError) : []) + [entry.summary]
    }
    let ratio = "to \(first.name)"
    return "linear regression on \(name(comparison))\(hasDecoders ? ", and decoders trained on each" : ""), "
      + "\(comparison.rows.counted("\(comparison.part) row"))\n"
      + text(
        [
          ["", "error", ratio, "R2"] + (hasClasses ? ["accuracy"] : [])
            + (hasDecoders ? ["decoder", ratio] : []) + [""]
        ] + rows)
  }

  /// One line a run.
  static func runs(_ comparison: RunComparison) -> String {
    let rows = zip(comparison.names, comparison.runs).map { name, run -> [String] in
      let (result, k) = (run.result, run.configuration.selector.k)
      let linear = result?.comparison?.entries.first { $0.name == "result" }?.error
      let error = result?.heldOutStandardError.map { "± \(short($0))" }
      let converged = result?.selectors.map { "\(k - $0.unconverged) of \(k)" }
      return [
        name, "\(k)", result?.heldOutLoss.map(short) ?? "", error ?? "", linear.map(short) ?? "",
        converged ?? "",
      ]
    }
    return text([["run", "K", "held-out error", "", "linear error", "converged"]] + rows)
  }

  /// The error at each K, the elbow marked.
  static func path(_ path: SelectionPath) -> String {
    "greedy selection with swaps at other K\n"
      + text(
        [["", "K", "error", "explained"]]
          + path.steps.map {
            [
              $0.k == path.elbow ? "*" : "", "\($0.k)", short($0.error),
              String(format: "%.1f %%", 100 * $0.explained),
            ]
          }) + (path.elbow == nil ? "" : "\n* the elbow: more features gain less from here on")
  }

  /// How far selections agree, then the features that are selected most often.
  static func stability(_ stability: Stability, losses: [Double]) -> String {
    let shown = stability.features.prefix(2 * stability.k)
    let names = shown.contains { $0.name != nil }
    let rows = shown.map { feature in
      ["\(feature.feature)"] + (names ? [feature.name ?? ""] : [])
        + [percent(feature.frequency), percent(feature.groupFrequency)]
        + [feature.meanRank.map { String(format: "%.1f", $0) } ?? ""]
    }
    let left = stability.features.count - shown.count
    let mean = losses.reduce(0, +) / Double(max(1, losses.count))
    let spread = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, losses.count - 1)))
      .squareRoot()
    return text(
      [["feature"] + (names ? ["name"] : []) + ["selected", "or a copy", "place"]] + rows)
      + (left > 0 ? "\nand \(left) more, selected less often" : "") + "\n"
      + "two of \(stability.runs) selections share \(percent(stability.jaccard)) of their features (Jaccard), "
      + "\(percent(stability.tolerantJaccard)) where copies count; agreement beyond chance "
      + String(format: "%.3f", stability.index)
      + (losses.count > 1 ? "\nheld-out loss \(short(mean)) ± \(short(spread)) over the selections" : "")
  }

  private static func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

  /// An error, and what part it is of another.
  private static func cells(_ error: Double?, to first: Double?) -> [String] {
    guard let error else { return ["", ""] }
    return [short(error), first.map { $0 > 0 ? String(format: "%.3f", error / $0) : "" } ?? ""]
  }

  private static func name(_ comparison: SelectionComparison) -> String {
    comparison.entries.first?.name == "result" ? "the selection" : "selections"
  }

  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  /// Columns aligned to the left.
  static func text(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return String(line.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
