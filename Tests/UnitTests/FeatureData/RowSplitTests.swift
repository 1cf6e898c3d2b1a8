import Tables
import Testing

@Suite struct RowSplitTests {
  @Test(arguments: [
    (60_000, 0.1, 6000), (60_000, 0.0, 0), (10, 0.25, 3), (10, 0.24, 2), (3, 0.1, 0), (1, 0, 0),
    (2, 0.5, 1), (1000, 0.999, 999),
  ]) func dividesAllRows(rowCount: Int, fraction: Double, held: Int) throws {
    let split = try RowSplit(rowCount: rowCount, validationFraction: fraction)
    #expect(split.validation.count == held)
    #expect(split.training == split.training.sorted() && split.validation == split.validation.sorted())
    #expect((split.training + split.validation).sorted() == Array(0..<UInt32(rowCount)))
    #expect(try RowSplit(rowCount: rowCount, validationFraction: fraction) == split)
  }

  @Test(arguments: [-0.1, 1, 1.5, .nan, .infinity, 0.95]) func refuses(fraction: Double) throws {
    let text = try #require(
      message { _ = try RowSplit(rowCount: 10, validationFraction: fraction) })
    #expect(text.contains("validation fraction \(fraction)"))
  }

  /// Rows come from everywhere: each tenth of the set gives about a tenth of the validation rows.
  @Test func drawsUniformly() throws {
    let split = try RowSplit(rowCount: 60_000, validationFraction: 0.1)
    for tenth in 0..<10 {
      let count = split.validation.count { $0 / 6000 == tenth }
      #expect((480...720).contains(count))  // 600 +- 5 standard deviations
    }
  }

  /// Runs made at different times hold back the same rows.
  @Test func staysTheSame() throws {
    let split = try RowSplit(rowCount: 100, validationFraction: 0.1)
    #expect(split.validation == [3, 8, 22, 24, 28, 58, 67, 71, 83, 86])
  }

  /// A run is watched by all of few rows, and by a share of many that are spread evenly.
  @Test func watched() throws {
    let (small, large) = (
      try RowSplit(rowCount: 5_000, validationFraction: 0.1),
      try RowSplit(rowCount: 60_000, validationFraction: 0.1)
    )
    #expect(small.watched == small.validation)
    #expect(large.watched.count == 54_000 / 25 && Set(large.watched).isSubset(of: large.validation))
    #expect((900...1_260).contains(large.watched.count { $0 < 30_000 }))
  }
}
