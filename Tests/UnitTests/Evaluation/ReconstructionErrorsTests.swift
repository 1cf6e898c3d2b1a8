import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import Tables
import Testing

struct ReconstructionErrorsTests {
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
