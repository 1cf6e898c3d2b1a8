/// Some rows along their axis, such as spectra, as they are and as they are rebuilt.
struct RebuiltCurves: ReportChart {
  let section = ReportSection.course

  func figure(_ run: RunReport) -> Figure? {
    guard let axis = run.axis, let rebuilt = run.rebuilt, !rebuilt.rows.isEmpty else { return nil }
    let plots = rebuilt.rows.enumerated().map { place, row in
      let values = row.flatMap { [$0.true, $0.rebuilt] }
      return Markup.element(
        "div", [:],
        [
          .element("h4", [:], ["Row \(place + 1)"]),
          Plot(
            .init(title: "", scale: Scale(axis, isTight: true, tickCount: 4)),
            .init(title: "", scale: Scale(values)),
            height: 220,
            layers: [
              .line(zip(axis, row).map { ($0, $1.true) }, style: "quiet"),
              .line(zip(axis, row).map { ($0, $1.rebuilt) }, style: ""),
            ]
          ).svg(title: "Row \(place + 1) as it is and as it is rebuilt"),
        ])
    }
    return Figure(
      title: "Rows and what is rebuilt of them",
      note:
        "Grey: rows that were not trained on. Colour: what the decoder makes of their selected values, \(rebuilt.source).",
      span: .all, body: .element("div", ["class": "small curves"], plots),
      table: DataTable(
        ["row", "mean error", "largest error"], numbers: [0, 1, 2],
        rows: rebuilt.rows.enumerated().map { place, row in
          let errors = row.map { abs($0.true - $0.rebuilt) }
          return [
            "\(place + 1)", NumberText.short(errors.reduce(0, +) / Double(max(1, errors.count))),
            NumberText.short(errors.max()),
          ]
        }))
  }
}
