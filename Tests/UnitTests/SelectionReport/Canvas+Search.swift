import SelectionReport

extension Canvas {
  /// How many pixels have a colour.
  func count(of color: Color) -> Int {
    (0..<height).reduce(0) { sum, y in sum + (0..<width).count { self[$0, y] == color } }
  }

  /// The smallest rectangle that holds all pixels of a colour; nil where there are none.
  func bounds(of color: Color) -> Rectangle? {
    let places = (0..<height).flatMap { y in (0..<width).filter { self[$0, y] == color }.map { ($0, y) } }
    guard let left = places.map(\.0).min(), let right = places.map(\.0).max(),
      let top = places.map(\.1).min(), let bottom = places.map(\.1).max()
    else { return nil }
    return Rectangle(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }
}
