/// A line of ink in pixel coordinates, pixel (row, column) covering [column, column + 1) x [row, row + 1).
struct PenStroke {
  let points: [StrokePoint]
  /// Half the line's width at the first point and at the last.
  let startRadius, endRadius: Double

  /// Darkens the pixels of a 28 x 28 image the stroke covers; `edge` is the half width of the soft border.
  func draw(on image: UnsafeMutableBufferPointer<Double>, edge: Double) {
    let side = SyntheticDigits.side
    func pixels(_ low: Double, _ high: Double) -> Range<Int> {
      let first = min(max(Int(low.rounded(.down)), 0), side)
      return first..<max(first, min(Int(high.rounded(.up)), side))
    }
    for index in 1..<points.count {
      let (from, to) = (points[index - 1], points[index])
      let along = to - from
      let square = along.x * along.x + along.y * along.y
      if square == 0 { continue }
      let progress = Double(index) / Double(points.count - 1)
      let reach = startRadius + (endRadius - startRadius) * progress + edge
      for row in pixels(min(from.y, to.y) - reach, max(from.y, to.y) + reach) {
        for column in pixels(min(from.x, to.x) - reach, max(from.x, to.x) + reach) {
          let offset = StrokePoint(Double(column) + 0.5, Double(row) + 0.5) - from
          let place = min(max((offset.x * along.x + offset.y * along.y) / square, 0), 1)
          let distance = (offset - along * place).length
          let ink = min(max((reach - distance) / (2 * edge), 0), 1)
          image[row * side + column] = max(image[row * side + column], ink)
        }
      }
    }
  }
}
