import CounterRandom
import LinearAlgebra
import Testing

/// Random inputs and comparisons for tests of the vector loops in one scalar type.
struct LoopFixture<Scalar: Real> {
  /// Largest accepted error, relative to the largest expected value.
  let tolerance: Double

  /// `count` values uniform in (low, high), which differ by `row`.
  func values(_ count: Int, row: Int = 0, from low: Double = -1, to high: Double = 1) -> AlignedBuffer<Scalar>
  {
    let buffer = AlignedBuffer<Scalar>(count: count)
    Scalar.uniform(
      out: buffer.base, count: count, low: Scalar(low), high: Scalar(high),
      stream: RandomStream(seed: 31, purpose: .syntheticData, row: row))
    return buffer
  }

  /// Like `expectClose`, with this fixture's tolerance.
  func expect(
    _ actual: AlignedBuffer<Scalar>, _ expected: [Double], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    expectClose(actual.base, expected, tolerance: tolerance, what, sourceLocation: sourceLocation)
  }
}

extension AlignedBuffer {
  /// The elements in double.
  var doubles: [Double] { elements.map { Double($0) } }

  /// A row of a matrix of `columns` columns, in double.
  func row(_ index: Int, of columns: Int) -> [Double] {
    (0..<columns).map { Double(base[index * columns + $0]) }
  }
}
