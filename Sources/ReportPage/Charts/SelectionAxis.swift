/// The selected features along an axis, such as a spectrum's.
struct SelectionAxis: ReportChart {
  let section = ReportSection.selection

  func figure(_ run: RunReport) -> Figure? {
    guard let axis = run.axis else { return nil }
    let (offset, scale) = (run.data.preprocessing.offset, run.data.preprocessing.scale)
    // Scaled to deviation 1, the scaling knows mean and deviation of every feature.
    let hasMean = run.isStandardized
    let mean = hasMean ? offset : axis.map { _ in 0.0 }
    let deviation = hasMean ? scale.map { abs(1 / $0) } : mean
    let band = axis.indices.map {
      (x: axis[$0], low: mean[$0] - deviation[$0], high: mean[$0] + deviation[$0])
    }
    let body = Markup.responsive { width in
      let layers: [Plot.Layer] =
        hasMean ? [.band(Plot.thinned(band)), .line(zip(axis, mean).map { ($0, $1) }, style: "quiet")] : []
      return Plot(
        .init(
          title: run.data.schema.names == nil ? "feature" : "column",
          scale: Scale(axis, isTight: true, tickCount: 8)),
        .init(
          title: hasMean ? "mean ± deviation" : "",
          scale: Scale(hasMean ? band.flatMap { [$0.low, $0.high] } : [0, 1])),
        width: width, height: 260, layers: layers + [.marks(run.marks)]
      ).svg(title: "Selected features along the axis")
    }
    return Figure(
      title: "Where they are",
      note: "Each line is a selected feature; its number is its place in the table."
        + (hasMean ? " Behind: mean and standard deviation of the training rows." : ""),
      span: .all, body: body,
      table: DataTable(
        ["", "place", "mean", "deviation"], numbers: [0, 1, 2, 3],
        rows: run.selection.features.map { feature in
          [
            "\(run.rank(feature))", NumberText.tick(axis[feature.feature]),
            hasMean ? NumberText.short(mean[feature.feature]) : "–",
            hasMean ? NumberText.short(deviation[feature.feature]) : "–",
          ]
        }))
  }
}

extension RunReport {
  /// The selected features as marks on the axis that features lie along.
  var marks: [(x: Double, label: String, hover: String)] {
    guard let axis else { return [] }
    return selection.features.map {
      (axis[$0.feature], "\(rank($0))", "\(rank($0)). \(title(of: $0.feature))")
    }
  }
}

extension Markup {
  /// The same picture twice, for wide and for narrow pages: texts keep their size.
  static func responsive(wide: Double = 1100, _ picture: (Double) -> Markup) -> Markup {
    Markup([
      .element("div", ["class": "wide"], [picture(wide)]),
      .element("div", ["class": "narrow"], [picture(343)]),
    ])
  }
}
