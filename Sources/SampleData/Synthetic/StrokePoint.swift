/// A place on the paper: x to the right, y down.
typealias StrokePoint = SIMD2<Double>

extension StrokePoint {
  var length: Double { (x * x + y * y).squareRoot() }
}
