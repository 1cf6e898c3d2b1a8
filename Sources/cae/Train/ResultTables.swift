import FeatureSelection
import Foundation

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
    let own = comparison.entries.first?.error ?? 0
    let rows = comparison.entries.map { entry in
      [
        entry.name, short(entry.error), own > 0 ? String(format: "%.3f", entry.error / own) : "",
        entry.summary,
      ]
    }
    return "linear regression on \(name(comparison)), \(comparison.rows) \(comparison.part) rows\n"
      + text([["", "error", "to \(comparison.entries.first?.name ?? "")", ""]] + rows)
  }

  private static func name(_ comparison: SelectionComparison) -> String {
    comparison.entries.first?.name == "result" ? "the selection" : "selections"
  }

  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  /// Columns aligned to the left.
  private static func text(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return String(line.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
