import FeatureSelection
import SelectionReport

/// The result's error beside that of simpler ways of selecting.
struct ComparisonBars: ReportChart {
  let section = ReportSection.quality

  func figure(_ run: RunReport) -> Figure? {
    guard let comparison = run.result?.comparison, comparison.entries.contains(where: { $0.error.isFinite })
    else { return nil }
    let own = comparison.entries.first { $0.name == "result" }?.error
    func ratio(_ entry: SelectionComparison.Entry) -> String {
      own.map { $0 > 0 ? "×" + NumberText.fixed(entry.error / $0, decimals: 2) : "" } ?? ""
    }
    let entries = comparison.entries.sorted {
      ($0.error.isFinite ? $0.error : .infinity) < ($1.error.isFinite ? $1.error : .infinity)
    }
    let chart = RowChart(
      rows: entries.map { entry in
        RowChart.Row(
          name: SelectionMethod.title(entry.name), value: entry.error,
          text: NumberText.short(entry.error) + (entry.name == "result" ? "" : "  \(ratio(entry))")
            + (entry.accuracy.map { "  \(NumberText.percent($0))" }
              ?? entry.explained.map { "  R² \(NumberText.fixed($0, decimals: 2))" } ?? ""),
          style: entry.name == "result" ? "main" : entry.name == "pca" ? "bound" : "")
      })
    let isTask = run.configuration.task == .reconstruct
    let hasClasses = comparison.entries.contains { $0.accuracy != nil }
    return Figure(
      title: "Against simpler ways of selecting",
      note:
        "Mean squared error when \(isTask ? "all features are" : "the label is") found by linear regression from as many "
        + "selected features, on \(NumberText.rows(comparison.rows, comparison.part)); shorter is better. "
        + (hasClasses
          ? "The percentage is of rows whose class it tells."
          : "R² is the share of their variation that it explains.")
        + (entries.contains { $0.name == "pca" }
          ? " Principal components mix all features: on the rows that they were found on no selection can do better."
          : ""),
      body: chart.svg(title: "Error of this selection and of others"),
      table: DataTable(
        ["way", "what it is", "error", "to this", "± of the difference", "R²"]
          + (hasClasses ? ["accuracy"] : []),
        numbers: [2, 3, 4, 5, 6],
        rows: entries.map {
          [
            SelectionMethod.title($0.name), $0.summary, NumberText.short($0.error), ratio($0),
            $0.differenceError.map { NumberText.short($0) } ?? "",
            $0.explained.map { NumberText.fixed($0, decimals: 3) } ?? "",
          ] + (hasClasses ? [$0.accuracy.map(NumberText.percent) ?? ""] : [])
        }))
  }
}
