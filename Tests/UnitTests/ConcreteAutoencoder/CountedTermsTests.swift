import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// What counts of a block's terms, for every objective alike.
@Suite struct CountedTermsTests {
  private static let (rows, columns) = (5, 9)

  /// Outputs, biases, targets and classes of a block.
  private struct Block<Scalar: Real> {
    let fixture = LoopFixture<Scalar>(tolerance: 1e-6)
    let bias, targets: AlignedBuffer<Scalar>
    let classes: [Int32] = [3, 0, 8, 3, 1]

    init() {
      bias = fixture.values(columns, row: 1)
      targets = fixture.values(rows * columns, row: 2)
    }

    /// The sums, and the gradient that is left where the outputs were.
    func differentiate(_ task: LearningTask, _ terms: CountedTerms<Scalar>) -> (LossSums, [Double]) {
      let outputs = fixture.values(rows * columns)
      let sums = classes.withUnsafeBufferPointer { classes in
        terms.differentiate(
          task.objective, MatrixView(outputs.base, rows: rows, columns: columns), bias: bias.base,
          target: task.objective.target != .classes
            ? .values(MatrixView(targets.base, rows: rows, columns: columns))
            : .classes(classes.baseAddress!), scale: 0.125)
      }
      return (sums, outputs.doubles)
    }
  }

  @Test("a row of weight w counts as w rows, in every objective", arguments: LearningTask.allCases)
  func weights(_ task: LearningTask) {
    let block = Block<Double>()
    let weights: [Float] = [1, 3, 2, 5, 4]
    let weighted = CountedTerms<Double>(
      rows: Self.rows, columns: Self.columns, hasGaps: false, isWeighted: true)
    for (row, weight) in weights.enumerated() { weighted.weights?[row] = weight }
    let plain = CountedTerms<Double>(
      rows: Self.rows, columns: Self.columns, hasGaps: false, isWeighted: false)
    let (sums, gradient) = block.differentiate(task, weighted)
    let (_, alone) = block.differentiate(task, plain)
    var expected = LossSums()
    let outputs = block.fixture.values(Self.rows * Self.columns)
    block.classes.withUnsafeBufferPointer { classes in
      for (row, weight) in weights.enumerated() {
        for _ in 0..<Int(weight) {
          let copy = AlignedBuffer<Double>(count: Self.columns)
          copy.base.update(from: outputs.base + row * Self.columns, count: Self.columns)
          expected += task.objective.differentiate(
            MatrixView(copy.base, rows: 1, columns: Self.columns), bias: block.bias.base,
            target: task.objective.target != .classes
              ? .values(
                MatrixView(block.targets.base + row * Self.columns, rows: 1, columns: Self.columns))
              : .classes(classes.baseAddress! + row), scale: 1)
        }
      }
    }
    #expect(abs(sums.loss - expected.loss) < 1e-12 * expected.loss)
    #expect(sums.weight == expected.weight && sums.correct == expected.correct)
    for index in gradient.indices {
      let weight = Double(weights[index / Self.columns])
      #expect(abs(gradient[index] - weight * alone[index]) < 1e-14)
    }
  }

  @Test("what is missing counts nothing: squared errors by the formula, gradients of 0")
  func gaps() {
    func check<Scalar: Real>(_: Scalar.Type) {
      let block = Block<Scalar>()
      let terms = CountedTerms<Scalar>(
        rows: Self.rows, columns: Self.columns, hasGaps: true, isWeighted: true)
      // Row 2 lacks everything, row 3 nothing.
      let observed = (0..<Self.rows * Self.columns).map { index in
        index / Self.columns == 3 || (index / Self.columns != 2 && index % 4 != 1)
      }
      for (index, isObserved) in observed.enumerated() { terms.observed?[index] = isObserved ? 1 : 0 }
      for row in 0..<Self.rows { terms.weights?[row] = Float(row) + 0.5 }
      let before = block.fixture.values(Self.rows * Self.columns).doubles
      let (bias, targets) = (block.bias.doubles, block.targets.doubles)
      let (sums, gradient) = block.differentiate(.reconstruct, terms)
      var (loss, weight) = (0.0, 0.0)
      var expected: [Double] = []
      for index in before.indices {
        let count = observed[index] ? Double(index / Self.columns) + 0.5 : 0
        let difference = before[index] + bias[index % Self.columns] - targets[index]
        loss += count * difference * difference
        weight += count
        expected.append(0.125 * 2 * count * difference)
        if count == 0 { #expect(gradient[index] == 0) }
      }
      expectClose(sums.loss, loss, tolerance: 1e-6, "loss")
      #expect(sums.weight == weight)
      expectClose(gradient, expected, tolerance: 1e-6, "gradient")
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("where all is there the bits are those of the objective alone")
  func whole() {
    let block = Block<Float>()
    let plain = CountedTerms<Float>(
      rows: Self.rows, columns: Self.columns, hasGaps: false, isWeighted: false)
    let all = CountedTerms<Float>(rows: Self.rows, columns: Self.columns, hasGaps: true, isWeighted: true)
    #expect(plain.isPlain && !all.isPlain)
    let (one, other) = (block.differentiate(.reconstruct, plain), block.differentiate(.reconstruct, all))
    #expect(one.0 == other.0 && one.1 == other.1)
  }
}
