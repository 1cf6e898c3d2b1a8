/// A picture with two axes.
struct Plot {
  /// One axis: what it shows, and over which values.
  struct Axis {
    var title: String
    var scale: Scale
    /// Whether values stand along it.
    var hasTicks = true
  }

  /// What is drawn, the first at the bottom.
  enum Layer {
    /// A line through points; where one is not a number the line has a gap.
    case line([(x: Double, y: Double)], style: String)
    /// The area between two lines over the same places.
    case band([(x: Double, low: Double, high: Double)])
    /// Points.
    case dots([(x: Double, y: Double)], style: String)
    /// A value of the y axis that means something.
    case level(Double)
    /// Places on the x axis, with a label at the top.
    case marks([(x: Double, label: String, hover: String)])
    /// Where both axes show the same value.
    case diagonal
    /// A picture of grey cells over the whole area, white being the most; `id` is the page's only one.
    case cells(PNGImage, id: String)
  }

  var width = 280.0
  var height = 190.0
  var x: Axis
  var y: Axis
  var layers: [Layer]

  /// A line with more points is thinned out.
  private static let mostPoints = 400

  private let left = 46.0
  private let right = 10.0
  /// Marks have their labels under the axis's title.
  private var top: Double { hasMarks ? 36 : 24 }
  private let bottom = 36.0
  private var hasMarks: Bool { layers.contains { if case .marks = $0 { true } else { false } } }
  private var plotWidth: Double { width - left - right }
  private var plotHeight: Double { height - top - bottom }

  /// A plot of the usual size.
  init(_ x: Axis, _ y: Axis, width: Double = 280, height: Double = 190, layers: [Layer]) {
    (self.x, self.y, self.width, self.height, self.layers) = (x, y, width, height, layers)
  }

  /// Every so many-th of points that lie closer than can be seen, and the last.
  static func thinned<Point>(_ points: [Point]) -> [Point] {
    let stride = max(1, (points.count + mostPoints - 1) / mostPoints)
    return points.enumerated().filter { $0.offset % stride == 0 || $0.offset == points.count - 1 }.map(
      \.element)
  }

  /// The picture; `title` says what it shows.
  func svg(title: String) -> Markup {
    Markup.svg(
      title: title, viewBox: (width, height), class: "plot",
      axes() + layers.map { .element("g", [:], ["\n"] + draw($0)) })
  }

  private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
    guard let x = self.x.scale(x), let y = self.y.scale(y) else { return nil }
    return (left + x * plotWidth, top + (1 - y) * plotHeight)
  }

  private func axes() -> [Markup] {
    let base = top + plotHeight
    var parts: [Markup] = [Markup.label(y.title, x: "0", y: 11, class: "axis")]
    for tick in y.scale.ticks where y.hasTicks {
      guard let share = y.scale(tick) else { continue }
      let place = top + (1 - share) * plotHeight
      parts.append(line(left, place, width - right, place, style: "grid"))
      parts.append(
        .label(NumberText.tick(tick), x: Markup.number(left - 6), y: place + 4, anchor: "end", class: "tick"))
    }
    // Ticks keep their distance from each other.
    var free = 0.0
    for tick in x.scale.ticks {
      guard let share = x.scale(tick) else { continue }
      let (place, text) = (left + share * plotWidth, NumberText.tick(tick))
      let half = 3.4 * Double(text.count)
      // A number at the very edge would be cut; on paper letters are larger.
      let middle = min(place, width - 1.3 * half)
      guard middle - half >= free else { continue }
      free = middle + half + 8
      parts.append(line(place, base, place, base + 4, style: "rule"))
      parts.append(.label(text, x: Markup.number(middle), y: base + 16, anchor: "middle", class: "tick"))
    }
    parts.append(line(left, base, width - right, base, style: "rule"))
    parts.append(
      .label(x.title, x: Markup.number(width - right), y: height - 4, anchor: "end", class: "axis"))
    return parts
  }

  private func draw(_ layer: Layer) -> [Markup] {
    switch layer {
    case .line(let points, let style):
      return [.element("path", ["class": "line \(style)", "d": path(points)])]
    case .band(let points):
      let edges = points.map { ($0.x, $0.high) } + points.reversed().map { ($0.x, $0.low) }
      let corners = edges.compactMap { place($0.0, $0.1) }
      return [.element("polygon", ["class": "band", "points": corners.map(pair).joined(separator: " ")])]
    case .dots(let points, let style):
      let marks = points.compactMap { place($0.x, $0.y) }.map { "M\(pair($0))h0" }
      return [.element("path", ["class": "dots \(style)", "d": marks.joined()])]
    case .level(let value):
      guard let at = place(x.scale.domain.lowerBound, value) else { return [] }
      return [
        line(left, at.y, width - right, at.y, style: "level")
      ]
    case .marks(let marks): return draw(marks)
    case .diagonal:
      let (x, y) = (x.scale.domain, y.scale.domain)
      guard x.overlaps(y) else { return [] }
      let shared = x.clamped(to: y)
      guard let start = place(shared.lowerBound, shared.lowerBound),
        let end = place(shared.upperBound, shared.upperBound)
      else { return [] }
      return [line(start.x, start.y, end.x, end.y, style: "level")]
    case .cells(let image, let id):
      return [image.tinted(id: id, x: left, y: top, width: plotWidth, height: plotHeight)]
        + [ToneScale(right: width - right, y: 3).markup]
    }
  }

  private func draw(_ marks: [(x: Double, label: String, hover: String)]) -> [Markup] {
    var free = 0.0
    return marks.sorted { $0.x < $1.x }.flatMap { mark -> [Markup] in
      guard let at = place(mark.x, y.scale.domain.upperBound) else { return [] }
      var parts: [Markup] = [
        .element(
          "g", ["class": "mark"],
          [
            line(at.x, top, at.x, top + plotHeight, style: "stem"),
            .element("title", [:], ["\(mark.hover)"]),
          ])
      ]
      let half = 3.6 * Double(mark.label.count)
      if at.x - half > free {
        free = at.x + half + 2
        parts.append(
          .label(mark.label, x: Markup.number(at.x), y: top - 4, anchor: "middle", class: "tick strong"))
      }
      return parts
    }
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> Markup {
    .element(
      "line",
      [
        "class": style, "x1": Markup.number(x1), "y1": Markup.number(y1), "x2": Markup.number(x2),
        "y2": Markup.number(y2),
      ])
  }

  private func pair(_ point: (x: Double, y: Double)) -> String {
    "\(Markup.number(point.x)) \(Markup.number(point.y))"
  }

  private func path(_ points: [(x: Double, y: Double)]) -> String {
    var (path, isDown) = ("", false)
    for point in Self.thinned(points) {
      guard point.y.isFinite, let at = place(point.x, point.y) else {
        isDown = false
        continue
      }
      path += (isDown ? "L" : "M") + pair(at)
      isDown = true
    }
    return path
  }
}
