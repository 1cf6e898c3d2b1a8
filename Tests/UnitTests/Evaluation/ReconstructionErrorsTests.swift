import Communication
import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import Tables
import Testing

struct ReconstructionErrorsTests {
  /// 50 rows of 12 features, a quarter of them missing where there are gaps.
  private func held(_ small: SmallRun, rows: [Int], weights: [Float]? = nil, gaps: Bool = false)
    -> HeldOutRows
  {
    let values: [Float] = rows.flatMap { row in
      (0..<12).map { column in
        gaps && (row + 3 * column) % 4 == 0 ? .nan : Float(((row * 12 + column) * 7919) % 101) / 50
      }
    }
    let maps = small.facts.data.preprocessing
    let dataset = Dataset(
      TablePart(
        FloatTable(values, schema: TableSchema(count: 12, kind: .number)),
        division: RowDivision(weights: weights)),
      preprocessing: Preprocessing(
        offset: maps.offset, scale: maps.scale, fill: Array(repeating: 1, count: 12), countsObserved: gaps),
      split: RowSplit(training: []), missing: gaps ? 1 : 0)
    return HeldOutRows(dataset: dataset, rows: Array(0..<UInt32(rows.count)), part: "test")
  }

  @Test("rows of weight w are w rows, in every figure of an evaluation", arguments: [false, true])
  func weighted(gaps: Bool) throws {
    let small = SmallRun()
    let model = small.state().model
    let weights = (0..<50).map { Float(1 + $0 % 3) }
    let one = held(small, rows: Array(0..<50), weights: weights, gaps: gaps)
    let other = held(
      small, rows: (0..<50).flatMap { Array(repeating: $0, count: Int(weights[$0])) }, gaps: gaps)
    let (a, b) = (
      ReconstructionErrors(model: model, rows: one) { _ in },
      ReconstructionErrors(model: model, rows: other) { _ in }
    )
    expectClose(a.squared, b.squared, tolerance: 1e-12, "errors")
    expectClose(a.explained.map { $0 ?? 0 }, b.explained.map { $0 ?? 0 }, tolerance: 1e-12, "R2")
    func validated(_ held: HeldOutRows) throws -> (Double, Double) {
      let validation = Validation(model: model, dataset: held.dataset, rows: held.rows)
      return (
        try #require(try validation.evaluate(LocalCommunicator())).mean,
        try validation.rowLosses(LocalCommunicator()).mean
      )
    }
    let (mine, theirs) = (try validated(one), try validated(other))
    expectClose(mine.0, theirs.0, tolerance: 1e-12, "loss")
    expectClose(mine.1, theirs.1, tolerance: 1e-12, "mean of the rows' losses")
    expectClose(mine.0, mine.1, tolerance: 1e-6, "both ways")
  }

  @Test("errors are taken over what was observed")
  func observed() throws {
    let small = SmallRun()
    let model = small.state().model
    let held = held(small, rows: Array(0..<50), gaps: true)
    var rebuilt: [Float] = []
    let errors = ReconstructionErrors(model: model, rows: held) {
      rebuilt += UnsafeBufferPointer(start: $0.base, count: $0.count)
    }
    let values = RowLoader<Float>(held.dataset).values(of: held.rows)
    var (sum, count) = (0.0, 0.0)
    var first = (sum: 0.0, count: 0.0)
    for index in values.indices where (index / 12 + 3 * (index % 12)) % 4 != 0 {
      let error = Double(rebuilt[index]) - Double(values[index])
      sum += error * error
      count += 1
      if index % 12 == 0 { first = (first.sum + error * error, first.count + 1) }
    }
    let scale = held.dataset.preprocessing.scale[0]
    expectClose(errors.squared[0], first.sum / first.count / (scale * scale), tolerance: 1e-12, "feature 0")
    let validation = Validation(model: model, dataset: held.dataset, rows: held.rows)
    let sums = try #require(try validation.evaluate(LocalCommunicator()))
    #expect(sums.weight == count)
    expectClose(sums.mean, sum / count, tolerance: 1e-5, "loss")
  }

  @Test("R2 is 1 minus the error by the variance on the same rows, and none where nothing varies")
  func explained() throws {
    let small = SmallRun()
    let rows = 300
    var values = (0..<rows * 12).map { Float(($0 * 7919) % 101) / 10 + 1_000 }
    for row in 0..<rows { values[row * 12 + 5] = 3 }
    let table = FloatTable(values, schema: TableSchema(count: 12, kind: .number))
    let dataset = Dataset(
      TablePart(table), preprocessing: small.facts.data.preprocessing, split: RowSplit(training: []))
    let held = HeldOutRows(dataset: dataset, rows: Array(0..<UInt32(rows)), part: "test")
    let errors = ReconstructionErrors(model: small.state().model, rows: held) { _ in }
    #expect(errors.explained[5] == nil)
    for feature in 0..<12 where feature != 5 {
      let column = (0..<rows).map { Double(values[$0 * 12 + feature]) }
      let mean = column.reduce(0, +) / Double(rows)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      let expected = 1 - errors.squared[feature] / variance
      let found = try #require(errors.explained[feature])
      #expect(abs(found - expected) < 1e-3 * abs(expected))
    }
  }
}
