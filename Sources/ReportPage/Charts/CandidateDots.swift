import FeatureSelection
import SelectionReport

/// The selections that were considered, and how they did on the validation rows.
struct CandidateDots: ReportChart {
  let section = ReportSection.trust

  func figure(_ run: RunReport) -> Figure? {
    let judged = (run.result?.candidates ?? []).filter { $0.validation != nil }
    guard judged.count > 1 else { return nil }
    let chart = RowChart(
      rows: judged.map { candidate in
        RowChart.Row(
          name: Self.title(candidate) + (candidate.isChosen ? " ✓" : ""),
          value: candidate.validation ?? .nan, text: NumberText.short(candidate.validation),
          error: candidate.differenceError, style: candidate.isChosen ? "main" : "")
      }, isDots: true)
    return Figure(
      title: "Candidate selections",
      note:
        "Error on validation rows after a decoder was trained on each; further left is better. The bar is the standard "
        + "error of the difference to the best. ✓: the simplest that is within one of it.",
      body: chart.svg(title: "Validation loss of each candidate"),
      table: DataTable(
        ["found by", "validation error", "±", "± to the best", "explained (linear)", ""],
        numbers: [1, 2, 3, 4],
        rows: judged.map {
          [
            $0.sources.map(SelectionMethod.title).joined(separator: "; "), NumberText.short($0.validation),
            NumberText.short($0.standardError), NumberText.short($0.differenceError),
            NumberText.fixed($0.explained, decimals: 3), $0.isChosen ? "chosen" : "",
          ]
        }))
  }

  /// The first way that came to it, and how many others did: a chart has no room for all.
  private static func title(_ candidate: Candidate) -> String {
    let others = candidate.sources.count - 1
    let first = SelectionMethod.title(candidate.sources[0])
    return others > 0 ? "\(first) + \(others)" : first
  }
}
