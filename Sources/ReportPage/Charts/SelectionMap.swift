/// The selected pixels on their image.
struct SelectionMap: ReportChart {
  let section = ReportSection.selection

  private static let cell = 10.0
  /// Columns up to which a mark has room for its number.
  private static let mostNumbered = 40

  func figure(_ run: RunReport) -> Figure? {
    guard let grid = run.grid else { return nil }
    let (cell, isNumbered) = (Self.cell, grid.columns <= Self.mostNumbered)
    let size = (width: Double(grid.columns) * cell, height: Double(grid.rows) * cell)
    // Where pixels are small, marks are larger than they.
    let side = max(cell, size.width / 60)
    let marks = run.selection.features.reversed().map { feature in
      let x = Double(feature.feature % grid.columns) * cell + (cell - side) / 2
      let y = Double(feature.feature / grid.columns) * cell + (cell - side) / 2
      let rank = run.rank(feature)
      var parts: [Markup] = [
        .element(
          "rect",
          [
            "class": run.isSettled(feature) ? "pixel" : "pixel open", "x": Markup.number(x + 0.5),
            "y": Markup.number(y + 0.5), "width": Markup.number(side - 1), "height": Markup.number(side - 1),
            "rx": "1",
          ]),
        .element("title", [:], ["\(rank). \(run.title(of: feature.feature))"]),
      ]
      if isNumbered {
        parts.append(
          .label("\(rank)", x: Markup.number(x + cell / 2), y: y + 7.4, anchor: "middle", class: "rank"))
      }
      return Markup.element("g", ["class": "mark"], parts)
    }
    let area: KeyValuePairs<String, String?> = [
      "class": "ground", "width": Markup.number(size.width), "height": Markup.number(size.height),
    ]
    let mean = run.images?.mean.map { image in
      Markup.element(
        "image",
        [
          "class": "pixels mean", "href": image.dataURI, "width": Markup.number(size.width),
          "height": Markup.number(size.height), "preserveAspectRatio": "none",
        ])
    }
    return Figure(
      title: "Where they are",
      note: "\(isNumbered ? "Numbers as in the table. " : "")"
        + (mean == nil ? "" : "Behind: the mean image. ")
        + (run.selection.features.allSatisfy(run.isSettled) ? "" : "Hollow: not converged."),
      body: .svg(
        title: "Selected pixels on the image, \(grid.rows) by \(grid.columns)", viewBox: size, class: "map",
        [.element("rect", area)] + (mean.map { [$0] } ?? []) + marks),
      table: DataTable(
        ["", "row", "column"], numbers: [0, 1, 2],
        rows: run.selection.features.map {
          ["\(run.rank($0))", "\($0.feature / grid.columns)", "\($0.feature % grid.columns)"]
        }))
  }
}
