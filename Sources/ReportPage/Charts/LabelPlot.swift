/// Labels that are numbers, as they are and as they are predicted.
struct LabelPlot: ReportChart {
  let section = ReportSection.quality

  func figure(_ run: RunReport) -> Figure? {
    guard let labels = run.labels, case .values(let points) = labels.kind, !points.isEmpty else { return nil }
    return Figure(
      title: "True and predicted labels",
      note:
        "Each point is one of \(NumberText.rows(labels.rows, labels.part)), in the labels' units; on the line the label is "
        + "predicted perfectly.",
      body: Plot(
        .init(title: "true", scale: Scale(points.map(\.true))),
        .init(title: "predicted", scale: Scale(points.map(\.predicted))), height: 300,
        layers: [.diagonal, .dots(points.map { ($0.true, $0.predicted) }, style: "main")]
      ).svg(title: "True and predicted labels"),
      table: DataTable(
        ["label from", "to", "rows", "mean predicted"], numbers: [0, 1, 2, 3], rows: Self.quarters(points)))
  }

  /// Rows in four parts by their label: what is predicted for small ones and for large ones.
  private static func quarters(_ points: [(true: Double, predicted: Double)]) -> [[String]] {
    let sorted = points.filter { $0.true.isFinite }.sorted { $0.true < $1.true }
    return (0..<4).compactMap { quarter in
      let part = sorted[sorted.count * quarter / 4..<sorted.count * (quarter + 1) / 4]
      guard let first = part.first, let last = part.last else { return nil }
      let mean = part.map(\.predicted).reduce(0, +) / Double(part.count)
      return [
        NumberText.short(first.true), NumberText.short(last.true), NumberText.count(part.count),
        NumberText.short(mean),
      ]
    }
  }
}
