import CounterRandom
import Foundation
import LinearAlgebra
import Testing

/// Rows of a sample of which only the entries that count are kept, against the dense rows of the same words.
@Suite(.everyVectorLevel) struct SparseSampleTests {
  enum Shape: String, CaseIterable { case flat, peaked, contested, steep }

  static let reach = 40.0

  @Test(
    "every entry within reach is kept, with its value, and no other",
    arguments: Shape.allCases, [0.02, 0.05, 0.1, 0.2, 0.5, 2])
  func matchesDense(shape: Shape, temperature: Double) {
    for (first, count) in [(0, 64), (0, 65), (0, 784), (392, 392), (16, 1000), (7, 300)] {
      check(Float.self, tolerance: 3e-4, shape, temperature, first, count)
      check(Double.self, tolerance: 1e-12, shape, temperature, first, count)
    }
  }

  private func check<Scalar: Real>(
    _: Scalar.Type, tolerance: Double, _ shape: Shape, _ temperature: Double, _ first: Int, _ count: Int
  ) {
    let name = "\(shape), T = \(temperature), \(count) from \(first), \(Scalar.self)"
    let logits = Self.logits(shape, Scalar.self, count)
    let dense = AlignedBuffer<Scalar>(count: count)
    let row = AlignedBuffer<Scalar>(count: count)
    row.elements.update(repeating: .nan)
    let stream = RandomStream(seed: 9, purpose: .selectorNoise, step: 4, row: 2)
    let inverse = Scalar(1 / temperature)
    var (largest, sum, expectedLargest, expectedSum) = (Scalar(0), Scalar(0), Scalar(0), Scalar(0))
    Scalar.gumbel(out: dense.base, first: first, count: count, stream: stream)
    Scalar.perturbedExponentials(
      noise: dense.base, logits: logits.base, count: count, inverseTemperature: inverse,
      largest: &expectedLargest, sum: &expectedSum)
    Scalar.sampleExponentials(
      row: row.base, logits: logits.base, first: first, count: count, stream: stream,
      inverseTemperature: inverse, reach: Scalar(Self.reach), largest: &largest, sum: &sum)
    #expect(abs(Double(largest - expectedLargest)) <= 2e-6, "\(name): largest")
    #expect(abs(Double(sum / expectedSum) - 1) <= tolerance, "\(name): sum")
    let floor = exp(-Self.reach)
    let counting = dense.elements.count { Double($0) >= floor }
    guard row.base[0] < 0 else {
      #expect(Array(row.elements) == Array(dense.elements), "\(name): a dense row is the dense row")
      return
    }
    #expect(counting <= count / 8 + 1, "\(name): sparse with \(counting) entries")
    let kept = Int(-row.base[0]) - 1
    let columns = (0..<kept).map { Int(row.base[1 + $0]) }
    #expect(columns == Array(Set(columns)).sorted(), "\(name): columns in order")
    for (place, column) in columns.enumerated() {
      let (value, expected) = (Double(row.base[1 + kept + place]), Double(dense.base[column]))
      #expect(abs(value - expected) <= tolerance * expected, "\(name): entry \(column)")
      #expect(value >= floor * (1 - 1e-3), "\(name): entry \(column) is out of reach")
    }
    let left = Set(dense.elements.indices.filter { Double(dense.base[$0]) >= floor * (1 + 1e-3) })
      .subtracting(columns)
    #expect(left.isEmpty, "\(name): left out \(left)")
  }

  private static func logits<Scalar: Real>(_ shape: Shape, _: Scalar.Type, _ count: Int) -> AlignedBuffer<
    Scalar
  > {
    let logits = AlignedBuffer<Scalar>(count: count)
    Scalar.uniform(
      out: logits.base, count: count, low: -1, high: 1, stream: RandomStream(seed: 3, purpose: .initialLogits)
    )
    for index in 0..<count {
      switch shape {
      case .flat: break
      case .peaked: logits.base[index] += index == count / 3 ? 20 : 0
      case .contested: logits.base[index] += index % 50 == 49 ? 14 : 0
      case .steep: logits.base[index] *= 500
      }
    }
    return logits
  }

  @Test("rows are sparse where few entries count, and dense where many do")
  func chooses() {
    func isSparse(_ shape: Shape, _ temperature: Double) -> Bool {
      let (row, logits) = (AlignedBuffer<Float>(count: 784), Self.logits(shape, Float.self, 784))
      var (largest, sum) = (Float(0), Float(0))
      Float.sampleExponentials(
        row: row.base, logits: logits.base, first: 0, count: 784,
        stream: RandomStream(seed: 9, purpose: .selectorNoise), inverseTemperature: Float(1 / temperature),
        reach: Float(Self.reach), largest: &largest, sum: &sum)
      return row.base[0] < 0
    }
    #expect(isSparse(.flat, 0.02) && isSparse(.flat, 0.05))
    #expect(!isSparse(.flat, 0.5) && !isSparse(.flat, 2))
    #expect(isSparse(.peaked, 0.2) && isSparse(.contested, 0.2))
    #expect(!isSparse(.peaked, 2) && !isSparse(.contested, 2))
  }

  @Test("what is not finite among the logits is not left out")
  func notFinite() {
    for bad in [Float.nan, .infinity] {
      for place in [0, 17, 783] {
        let logits = Self.logits(.peaked, Float.self, 784)
        logits.base[place] = bad
        let row = AlignedBuffer<Float>(count: 784)
        var (largest, sum) = (Float(0), Float(0))
        Float.sampleExponentials(
          row: row.base, logits: logits.base, first: 0, count: 784,
          stream: RandomStream(seed: 9, purpose: .selectorNoise), inverseTemperature: 50, reach: 40,
          largest: &largest, sum: &sum)
        #expect(!sum.isFinite || !largest.isFinite, "\(bad) at \(place)")
      }
    }
  }

  @Test(
    "products with a sparse row are those with its entries in a dense one",
    arguments: [0, 1, 15, 16, 128, 131])
  func products(rows: Int) {
    check(LoopFixture<Float>(tolerance: 2e-6), rows)
    check(LoopFixture<Double>(tolerance: 1e-14), rows)
  }

  private func check<Scalar: Real>(_ fixture: LoopFixture<Scalar>, _ rows: Int) {
    let (columns, stride, scale) = (100, 5, Scalar(3))
    let features = [0, 31, 32, 99]
    let entries: [Scalar] = [0.125, 0.5, 0.25, 0.125]
    let sparse = AlignedBuffer<Scalar>(count: columns)
    let dense = AlignedBuffer<Scalar>(count: columns)
    sparse.elements.update(repeating: .nan)
    sparse.base[0] = -Scalar(features.count + 1)
    for (place, feature) in features.enumerated() {
      sparse.base[1 + place] = Scalar(feature)
      sparse.base[1 + features.count + place] = entries[place]
      dense.base[feature] = entries[place]
    }
    let x = fixture.values(max(1, rows * columns))
    let d = fixture.values(max(1, rows * stride), row: 1)
    let out = AlignedBuffer<Scalar>(count: max(1, rows * stride))
    Scalar.sparseSelect(
      out: out.base, stride: stride, x: x.base, rows: rows, columns: columns, sparse: sparse.base)
    for row in 0..<rows {
      let expected = features.indices.reduce(0) {
        $0 + Double(entries[$1]) * Double(x.base[row * columns + features[$1]])
      }
      #expect(abs(Double(out.base[row * stride]) - expected) <= fixture.tolerance, "row \(row)")
      #expect((1..<stride).allSatisfy { out.base[row * stride + $0] == 0 }, "other columns stay")
    }
    let gradient = AlignedBuffer<Scalar>(count: columns)
    gradient.elements.update(repeating: .nan)
    Scalar.sparseGradient(
      gradient: gradient.base, before: nil, outputGradient: d.base, stride: stride, x: x.base, rows: rows,
      columns: columns, sparse: sparse.base)
    for column in 0..<columns {
      let expected =
        features.contains(column)
        ? (0..<rows).reduce(0) { $0 + Double(d.base[$1 * stride]) * Double(x.base[$1 * columns + column]) }
        : 0
      #expect(
        abs(Double(gradient.base[column]) - expected) <= fixture.tolerance * Double(rows + 1), "\(column)")
    }
    let twice = AlignedBuffer<Scalar>(copying: gradient)
    let before = AlignedBuffer<Scalar>(count: max(1, features.count))
    Scalar.sparseTake(out: before.base, gradient: twice.base, sparse: sparse.base)
    Scalar.sparseGradient(
      gradient: twice.base, before: before.base, outputGradient: d.base, stride: stride, x: x.base,
      rows: rows,
      columns: columns, sparse: sparse.base)
    #expect((0..<columns).allSatisfy { twice.base[$0] == 2 * gradient.base[$0] }, "added to what was there")
    let dot = Scalar.sampleDot(a: gradient.base, row: dense.base, count: columns)
    #expect(
      abs(Double(Scalar.sampleDot(a: gradient.base, row: sparse.base, count: columns) - dot))
        <= fixture.tolerance * Double(rows + 1))
    let added = AlignedBuffer<Scalar>(count: columns)
    let expectedAdded = AlignedBuffer<Scalar>(count: columns)
    Scalar.softmaxBackwardAdd(
      gradient: added.base, outputGradient: gradient.base, output: sparse.base, count: columns, scale: scale)
    Scalar.softmaxBackwardAdd(
      gradient: expectedAdded.base, outputGradient: gradient.base, output: dense.base, count: columns,
      scale: scale)
    let through = AlignedBuffer<Scalar>(count: columns)
    through.base.update(from: gradient.base, count: columns)
    Scalar.softmaxBackward(
      gradient: through.base, output: sparse.base, dot: dot, count: columns, scale: scale)
    for column in 0..<columns {
      let expected = Double(expectedAdded.base[column])
      let tolerance = fixture.tolerance * Double(rows + 1)
      #expect(abs(Double(added.base[column]) - expected) <= tolerance, "\(column)")
      #expect(abs(Double(through.base[column]) - expected) <= tolerance, "\(column)")
    }
  }

  @Test("a dense part of a softmax keeps the entries that count, where these are few")
  func thinOut() {
    let count = 320
    for (top, kept) in [(Float(0), 320), (200, 0), (44, 3)] {
      let part = AlignedBuffer<Float>(count: count)
      // Values relative to the part's largest: three of 1, and others far below.
      for column in 0..<count { part.base[column] = column % 120 == 7 ? 1 : top == 44 ? 1e-10 : 0.5 }
      let sum = part.elements.reduce(0, +)
      // The other part's largest value is `top` above this one's.
      let statistics: [Float] = [0, sum, top, 1]
      let dense = AlignedBuffer<Float>(copying: part)
      for (row, reach) in [(part, Float(60)), (dense, .infinity)] {
        Float.joinSoftmax(
          part: row.base, rows: 1, columns: count, parts: statistics, stride: 2, count: 2, own: 0,
          inverseTemperature: 1, reach: reach)
      }
      if kept == count {
        #expect(Array(part.elements) == Array(dense.elements))
        continue
      }
      #expect(part.base[0] == -Float(kept + 1))
      for entry in 0..<kept {
        let column = Int(part.base[1 + entry])
        #expect(column == 7 + 120 * entry && part.base[1 + kept + entry] == dense.base[column])
      }
    }
  }
}
