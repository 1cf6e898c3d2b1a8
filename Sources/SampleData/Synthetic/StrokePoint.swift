/// A place on the paper: x to the right, y down.
struct StrokePoint {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y) }
  static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y) }
  static func * (a: Self, scale: Double) -> Self { Self(a.x * scale, a.y * scale) }

  var length: Double { (x * x + y * y).squareRoot() }
}
