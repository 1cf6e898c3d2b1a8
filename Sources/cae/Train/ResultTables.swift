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
    guard let first = comparison.entries.first else { return "" }
    let hasDecoders = comparison.entries.contains { $0.decoderError != nil }
    let rows = comparison.entries.map { entry in
      [entry.name] + cells(entry.error, to: first.error)
        + (hasDecoders ? cells(entry.decoderError, to: first.decoderError) : []) + [entry.summary]
    }
    let ratio = "to \(first.name)"
    return "linear regression on \(name(comparison))\(hasDecoders ? ", and decoders trained on each" : ""), "
      + "\(comparison.rows) \(comparison.part) rows\n"
      + text([["", "error", ratio] + (hasDecoders ? ["decoder", ratio] : []) + [""]] + rows)
  }

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
  private static func text(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return String(line.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
