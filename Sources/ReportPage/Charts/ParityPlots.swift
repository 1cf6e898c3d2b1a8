/// Values of a few features as they are and as they are rebuilt.
struct ParityPlots: ReportChart {
  let section = ReportSection.quality

  func figure(_ run: RunReport) -> Figure? {
    guard let rebuilt = run.rebuilt, !rebuilt.samples.isEmpty else { return nil }
    let names = ["worst", "lower quarter", "upper quarter", "best"]
    let plots = rebuilt.samples.enumerated().map { place, sample in
      let title = run.title(of: sample.feature).cut(to: 24)
      let kind = place < names.count && rebuilt.samples.count == names.count ? "\(names[place]), " : ""
      return Markup.element(
        "div", [:],
        [
          .element(
            "h4", [:],
            ["\(title): \(kind)R² \(NumberText.fixed(rebuilt.values[sample.feature], decimals: 2))"]),
          Plot(
            .init(title: "true", scale: Scale(sample.points.map(\.true))),
            .init(title: "rebuilt", scale: Scale(sample.points.map(\.rebuilt))), height: 220,
            layers: [.diagonal, .dots(sample.points.map { ($0.true, $0.rebuilt) }, style: "main")]
          ).svg(title: "True and rebuilt values of \(title)"),
        ])
    }
    return Figure(
      title: "True and rebuilt values",
      note:
        "Each point is a row in original units, rebuilt \(rebuilt.source); on the line the feature is rebuilt perfectly. From the worst "
        + "to the best rebuilt feature that was not selected.",
      span: .all, body: .element("div", ["class": "small"], plots),
      table: DataTable(
        ["feature", "rows", "R²"], numbers: [1, 2],
        rows: rebuilt.samples.map {
          [
            run.title(of: $0.feature), "\($0.points.count)",
            NumberText.fixed(rebuilt.values[$0.feature], decimals: 3),
          ]
        }))
  }
}
