/// How well each pixel is rebuilt, on the image.
struct RebuiltMap: ReportChart {
  let section = ReportSection.quality

  func figure(_ run: RunReport) -> Figure? {
    guard let grid = run.grid, let rebuilt = run.rebuilt, rebuilt.values.count == run.data.schema.featureCount
    else { return nil }
    let tones = rebuilt.values.map { UInt8(255 * min(1, max(0, $0.flatMap { $0.isNaN ? nil : $0 } ?? 0))) }
    guard let image = try? PNGImage(grey: tones, width: grid.columns, height: grid.rows) else { return nil }
    let size = (width: Double(grid.columns) * 10, height: Double(grid.rows) * 10)
    let selected = run.selection.features.map { feature in
      Markup.element(
        "circle",
        [
          "class": "spot", "cx": Markup.number(Double(feature.feature % grid.columns) * 10 + 5),
          "cy": Markup.number(Double(feature.feature / grid.columns) * 10 + 5), "r": "2",
        ])
    }
    let area: KeyValuePairs<String, String?> = [
      "class": "frame", "width": Markup.number(size.width), "height": Markup.number(size.height),
    ]
    let shares = rebuilt.values.compactMap { $0 }.filter(\.isFinite)
    return Figure(
      title: "R² of each pixel",
      note:
        "The share of a pixel's variation that is rebuilt, \(rebuilt.source): full colour is 1, none is 0 or less, or a "
        + "pixel that does not vary. Dots: selected.",
      body: .svg(
        title: "How well each pixel is rebuilt", viewBox: (size.width, size.height + 14), class: "map",
        [
          .element("rect", area),
          image.tinted(id: "rebuilt-map", x: 0, y: 0, width: size.width, height: size.height),
          ToneScale(right: size.width, y: size.height + 4).markup,
        ] + selected),
      table: DataTable(
        ["R² from", "pixels"], numbers: [0, 1],
        rows: [0.9, 0.7, 0.5, 0].enumerated().map { place, least in
          let next = place == 0 ? Double.infinity : [0.9, 0.7, 0.5, 0][place - 1]
          return [NumberText.tick(least), NumberText.count(shares.count { $0 >= least && $0 < next })]
        } + [["below 0", NumberText.count(shares.count { $0 < 0 })]]
          + [["not varying", NumberText.count(rebuilt.values.count - shares.count)]]))
  }
}
