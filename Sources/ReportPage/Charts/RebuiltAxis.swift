/// How well each feature is rebuilt, along the axis that they lie on.
struct RebuiltAxis: ReportChart {
  let section = ReportSection.quality

  func figure(_ run: RunReport) -> Figure? {
    guard let axis = run.axis, let rebuilt = run.rebuilt, rebuilt.values.count == axis.count else {
      return nil
    }
    let values = rebuilt.values.map { $0 ?? .nan }
    let body = Markup.responsive { width in
      Plot(
        .init(
          title: run.data.schema.names == nil ? "feature" : "column",
          scale: Scale(axis, isTight: true, tickCount: 8)),
        // Far below 0 it only matters that it is.
        .init(title: "R²", scale: Scale(values.filter(\.isFinite).map { max(-0.5, $0) }, including: [1])),
        width: width,
        height: 220, layers: [.marks(run.marks), .line(zip(axis, values).map { ($0, $1) }, style: "main")]
      ).svg(title: "How well each feature is rebuilt")
    }
    return Figure(
      title: "R² along the axis",
      note:
        "The share of each feature's variation that is rebuilt, \(rebuilt.source): 1 is perfect, 0 is no better than "
        + "the mean. Lines: selected.",
      span: .all, body: body,
      table: DataTable(
        ["place", "R²"], numbers: [0, 1],
        rows: stride(from: 0, to: axis.count, by: max(1, axis.count / 40)).map {
          [NumberText.tick(axis[$0]), NumberText.fixed(rebuilt.values[$0], decimals: 3)]
        }))
  }
}
