import FeatureSelection

/// The selections that were considered, and how they did on the validation rows.
struct CandidateDots: ReportChart {
  let section = ReportSection.trust

  func figure(_ run: RunReport) -> Figure? {
    let judged = (run.result?.candidates ?? []).filter { $0.validation != nil }
    guard judged.count > 1 else { return nil }
    let chart = RowChart(
      rows: judged.map { candidate in
        RowChart.Row(
          name: candidate.sources.joined(separator: ", ") + (candidate.isChosen ? " ✓" : ""),
          value: candidate.validation ?? .nan, text: NumberText.short(candidate.validation),
          error: candidate.differenceError, style: candidate.isChosen ? "main" : "")
      }, isDots: true)
    return Figure(
      title: "The judge's table",
      note:
        "Loss on validation rows after the decoder was trained on each candidate; further left is better, the bar is the "
        + "standard error of the difference to the best. ✓: the simplest that is within one of the best.",
      body: chart.svg(title: "Validation loss of each candidate"),
      table: DataTable(
        ["candidate", "validation loss", "±", "± to the best", "explained (linear)", ""],
        numbers: [1, 2, 3, 4],
        rows: judged.map {
          [
            $0.sources.joined(separator: ", "), NumberText.short($0.validation),
            NumberText.short($0.standardError), NumberText.short($0.differenceError),
            NumberText.fixed($0.explained, decimals: 3), $0.isChosen ? "chosen" : "",
          ]
        }))
  }
}
