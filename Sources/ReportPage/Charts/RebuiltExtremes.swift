/// The features that are rebuilt best and worst.
struct RebuiltExtremes: ReportChart {
  let section = ReportSection.quality

  private static let count = 5
  /// A bar tells how far below 0 only up to here.
  private static let shortest = -0.25

  func figure(_ run: RunReport) -> Figure? {
    guard let rebuilt = run.rebuilt else { return nil }
    let known = rebuilt.ordered.filter { rebuilt.values[$0]?.isFinite ?? false }
    guard !known.isEmpty else { return nil }
    let count = min(Self.count, (known.count + 1) / 2)
    let (worst, best) = (known.prefix(known.count / 2).prefix(count), known.suffix(count).reversed())
    func chart(_ features: some Sequence<Int>, _ style: String) -> RowChart {
      RowChart(rows: features.map { row(run.title(of: $0), rebuilt.values[$0], style) }, full: 1)
    }
    let shown: [(title: String, chart: RowChart)] = [
      ("Best", chart(best, "main")), ("Worst", chart(worst, "")),
    ]
    return Figure(
      title: "Best and worst rebuilt",
      note:
        "R² of features that were not selected, \(rebuilt.source): the share of a feature's variation that is rebuilt. Of "
        + "those near 0 the selection says nothing."
        + (worst.contains { rebuilt.values[$0] ?? 0 < Self.shortest }
          ? " The longest bars below 0 are cut." : ""),
      span: run.grid == nil ? .two : .one,
      body: .element(
        "div", ["class": run.grid == nil ? "pair" : nil],
        shown.filter { !$0.chart.rows.isEmpty }.map { title, chart in
          .element(
            "div", [:],
            [.element("h4", [:], ["\(title)"]), chart.svg(title: "\(title) rebuilt features")])
        }),
      table: DataTable(
        ["feature", "R²"], numbers: [1],
        rows: (known.count > 100 ? Array(known.prefix(50) + known.suffix(50)) : known).reversed().map {
          [run.title(of: $0), NumberText.fixed(rebuilt.values[$0], decimals: 3)]
        }))
  }

  private func row(_ name: String, _ value: Double?, _ style: String) -> RowChart.Row {
    RowChart.Row(
      name: name, value: value.map { max(Self.shortest, $0) } ?? .nan,
      text: NumberText.fixed(value, decimals: 3),
      style: style)
  }
}
