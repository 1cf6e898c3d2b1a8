/// One row a value: its name and the number in words, below them a bar from 0, or a dot with its error.
///
/// Drawn in shares of the width, so texts keep their size on any screen.
struct RowChart {
  /// One value.
  struct Row {
    var name: String
    var value: Double
    var text: String
    /// Its standard error, if it is a dot.
    var error: Double?
    /// `main` for what the chart is about, `bound` for what is no rival.
    var style = ""
  }

  var rows: [Row]
  /// Whether rows are dots where the differences are what matters, instead of bars from 0.
  var isDots = false
  /// What a full bar stands for, if not the largest value.
  var full: Double?

  private let pitch = 36.0

  /// The picture; `title` says what it shows.
  func svg(title: String) -> Markup {
    let ends = rows.flatMap { row in
      isDots ? [row.value - (row.error ?? 0), row.value + (row.error ?? 0)] : [row.value]
    }
    let scale = Scale(ends, including: isDots ? [] : [0, full ?? 0], isTight: true)
    return .svg(
      title: title, viewBox: nil, height: max(1, Double(rows.count) * pitch), class: "rows",
      rows.enumerated().flatMap { draw($1, y: Double($0) * pitch, scale) })
  }

  private func draw(_ row: Row, y: Double, _ scale: Scale) -> [Markup] {
    // Dots keep off the edges.
    func share(_ value: Double) -> Double { isDots ? 0.03 + 0.94 * (scale(value) ?? 0) : scale(value) ?? 0 }
    let (zero, end) = (isDots ? 0 : share(0), share(row.value))
    var parts: [Markup] = [
      .label(row.name.cut(to: 30), x: "0", y: y + 13, class: row.style),
      .label(row.text, x: "100%", y: y + 13, anchor: "end", class: "value \(row.style)"),
      rectangle("track", 0, 1, y: y + 20, height: isDots ? 2 : 8, offset: isDots ? 3 : 0),
    ]
    guard row.value.isFinite else { return parts }
    if isDots {
      let error = row.error ?? 0
      parts.append(
        rectangle(
          "whisker \(row.style)", share(row.value - error), share(row.value + error), y: y + 20, height: 4,
          offset: 2))
      parts.append(
        .element(
          "circle",
          ["class": "dot \(row.style)", "cx": Markup.percent(end), "cy": Markup.number(y + 24), "r": "5"]))
    } else {
      parts.append(
        rectangle(
          "bar \(row.value < 0 ? "negative" : row.style)", min(zero, end), max(zero, end), y: y + 20,
          height: 8))
    }
    return [.element("g", [:], parts + [.element("title", [:], ["\(row.name): \(row.text)"])])]
  }

  private func rectangle(
    _ style: String, _ from: Double, _ to: Double, y: Double, height: Double, offset: Double = 0
  ) -> Markup {
    .element(
      "rect",
      [
        "class": style, "x": Markup.percent(from), "y": Markup.number(y + offset),
        "width": Markup.percent(max(0.002, to - from)), "height": Markup.number(height), "rx": "2",
      ])
  }
}
