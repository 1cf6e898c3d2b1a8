import LinearAlgebra
import Testing

/// Loops over the rows of matrices whose width is and is not a multiple of the vector lanes.
@Suite(.everyVectorLevel) struct RowLoopTests {
  static let shapes = [(1, 1), (3, 5), (7, 16), (4, 17), (2, 200), (5, 784)]

  @Test("bias, activation, masks and sums against plain loops", arguments: shapes)
  func elementwise(rows: Int, columns: Int) {
    checkElementwise(LoopFixture<Float>(tolerance: 1e-6), rows, columns)
    checkElementwise(LoopFixture<Double>(tolerance: 1e-14), rows, columns)
  }

  private func checkElementwise<Scalar: Real>(_ fixture: LoopFixture<Scalar>, _ rows: Int, _ columns: Int) {
    let count = rows * columns
    let bias = fixture.values(columns, row: 1)
    let start = fixture.values(count)
    let biased = start.doubles.enumerated().map { $1 + bias.doubles[$0 % columns] }
    func leaky(_ value: Double) -> Double { value > 0 ? value : 0.2 * value }

    var x = fixture.values(count)
    Scalar.addBias(x: x.base, bias: bias.base, rows: rows, columns: columns)
    fixture.expect(x, biased, "add bias")
    Scalar.leaky(x: x.base, count: count, slope: 0.2)
    fixture.expect(x, biased.map(leaky), "leaky")
    x = fixture.values(count)
    Scalar.biasLeaky(x: x.base, bias: bias.base, rows: rows, columns: columns, slope: 0.2)
    fixture.expect(x, biased.map(leaky), "bias and leaky")

    let gradient = fixture.values(count, row: 2)
    let passed = zip(gradient.doubles, x.doubles).map { $1 > 0 ? $0 : 0.2 * $0 }
    Scalar.leakyBackward(gradient: gradient.base, activated: x.base, count: count, slope: 0.2)
    fixture.expect(gradient, passed, "leaky backward")

    let products = zip(start.doubles, x.doubles).map { $0 * $1 }
    let out = AlignedBuffer<Scalar>(count: count)
    Scalar.product(out: out.base, a: start.base, b: x.base, count: count)
    fixture.expect(out, products, "product")
    Scalar.addScaled(x: out.base, y: start.base, count: count, scale: -3)
    fixture.expect(out, zip(products, start.doubles).map { $0 - 3 * $1 }, "add scaled")
    Scalar.multiply(x: x.base, mask: start.base, count: count)
    fixture.expect(x, products, "multiply")

    let sums = AlignedBuffer<Scalar>(count: columns)
    sums.elements.update(repeating: .nan)
    Scalar.columnSums(out: sums.base, x: start.base, rows: rows, columns: columns)
    let expected = (0..<columns).map { c in (0..<rows).reduce(0) { $0 + start.doubles[$1 * columns + c] } }
    fixture.expect(sums, expected, "column sums")
    Scalar.columnSums(out: sums.base, x: start.base, rows: 0, columns: columns)
    #expect(sums.elements.allSatisfy { $0 == 0 }, "no rows")
    let total = start.doubles.reduce(0, +)
    #expect(abs(Scalar.sum(x: start.base, count: count) - total) < 1e-12 * Double(count))
  }

  @Test("layer normalisation and its gradient against plain loops", arguments: shapes)
  func layerNorm(rows: Int, columns: Int) {
    checkLayerNorm(LoopFixture<Float>(tolerance: 1e-5), rows, columns)
    checkLayerNorm(LoopFixture<Double>(tolerance: 1e-13), rows, columns)
  }

  private func checkLayerNorm<Scalar: Real>(_ fixture: LoopFixture<Scalar>, _ rows: Int, _ columns: Int) {
    let count = rows * columns
    let epsilon = 0.01
    let x = fixture.values(count, from: -2, to: 3)
    let (gain, shift) = (fixture.values(columns, row: 1), fixture.values(columns, row: 2))
    let input = x.doubles
    let units = AlignedBuffer<Scalar>(count: count)
    let inverse = AlignedBuffer<Scalar>(count: rows)
    Scalar.layerNorm(
      x: x.base, normalized: units.base, inverseDeviation: inverse.base, gain: gain.base,
      shift: shift.base, rows: rows, columns: columns, epsilon: Scalar(epsilon))
    let gradient = fixture.values(count, row: 3)
    let upstream = gradient.doubles
    Scalar.layerNormBackward(
      gradient: gradient.base, normalized: units.base, inverseDeviation: inverse.base, gain: gain.base,
      rows: rows, columns: columns)
    for r in 0..<rows {
      let range = r * columns..<(r + 1) * columns
      let (values, deviation) = PlainLoops.normalized(Array(input[range]), epsilon: epsilon)
      #expect(abs(Double(inverse.base[r]) - deviation) < fixture.tolerance * deviation)
      for (c, value) in values.enumerated() {
        #expect(abs(Double(units.base[range.lowerBound + c]) - value) < fixture.tolerance * 4)
        let output = value * gain.doubles[c] + shift.doubles[c]
        #expect(abs(Double(x.base[range.lowerBound + c]) - output) < fixture.tolerance * 4)
      }
      let scaled = zip(upstream[range], gain.doubles).map { $0 * $1 }
      let mean = scaled.reduce(0, +) / Double(columns)
      let slope = zip(scaled, values).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
      for (c, value) in values.enumerated() {
        let expected = deviation * (scaled[c] - mean - value * slope)
        #expect(
          abs(Double(gradient.base[range.lowerBound + c]) - expected) < fixture.tolerance * 4 * deviation)
      }
    }
  }

  @Test("a constant row normalises to zero, not to NaN")
  func constantRow() {
    let x = AlignedBuffer<Float>([Double](repeating: 7, count: 20))
    let (units, inverse) = (AlignedBuffer<Float>(count: 20), AlignedBuffer<Float>(count: 1))
    let (gain, shift) = (AlignedBuffer<Float>(count: 20), AlignedBuffer<Float>(count: 20))
    Float.layerNorm(
      x: x.base, normalized: units.base, inverseDeviation: inverse.base, gain: gain.base,
      shift: shift.base, rows: 1, columns: 20, epsilon: 1e-5)
    #expect(units.elements.allSatisfy { abs($0) < 1e-3 })
    #expect(Float.allFinite(x: inverse.base, count: 1))
  }

  @Test("columns are gathered by index")
  func gather() {
    let x = AlignedBuffer<Float>((0..<60).map(Double.init))
    let out = AlignedBuffer<Float>(count: 20)
    Float.gatherColumns(
      out: out.base, x: x.base, indices: [11, 0, 5, 5], rows: 5, columns: 12, selected: 4)
    #expect(out.doubles == (0..<5).flatMap { row in [11, 0, 5, 5].map { Double(12 * row + $0) } })
  }
}
