import LinearAlgebra
import Testing

/// Expects |actual - expected| <= tolerance * scale, elementwise, and reports the worst element; the scale is by default
/// the largest of |expected|.
func expectClose<Scalar: Real>(
  _ actual: UnsafePointer<Scalar>, _ expected: [Double], tolerance: Double, scale: Double? = nil,
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard !expected.isEmpty else { return }
  let scale = scale ?? expected.map(abs).max() ?? 0
  var worst = (error: -1.0, index: 0)
  for (index, value) in expected.enumerated() {
    let difference = abs(Double(actual[index]) - value)
    // A NaN is the worst, and no later element takes its place.
    let error = difference.isNaN ? .infinity : difference
    if error > worst.error { worst = (error, index) }
  }
  #expect(
    worst.error <= tolerance * scale,
    "\(what)[\(worst.index)] is \(actual[worst.index]), not \(expected[worst.index]) (largest \(scale))",
    sourceLocation: sourceLocation)
}

/// Expects |actual - expected| <= tolerance * |expected|.
func expectClose(
  _ actual: Double, _ expected: Double, tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(actual - expected) <= tolerance * abs(expected), "\(what) is \(actual), not \(expected)",
    sourceLocation: sourceLocation)
}
