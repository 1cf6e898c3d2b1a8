import CounterRandom

/// The rows of a table, divided into those trained on, those that watch for overfitting, and those that nobody looks
/// at before the end.
package struct RowSplit: Sendable, Equatable {
  /// Rows to train on.
  package let training: [UInt32]
  /// Rows held back, ascending.
  package let validation: [UInt32]
  /// Rows to test on, ascending; none where the data bring a test part of their own.
  package let test: [UInt32]
  /// Whether the data themselves say which rows are for the test.
  package private(set) var isTestGiven = false

  /// Takes the rows as they are given.
  package init(training: [UInt32], validation: [UInt32] = [], test: [UInt32] = []) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Those of the validation rows that a run is watched by at the end of each epoch: so few that it takes a hundredth of its
  /// time, since a row costs a third of one trained on.
  package var watched: [UInt32] { validation.sample(max(1_000, training.count / 25)) }

  /// What the test rows are called where they are reported.
  package var testName: String { isTestGiven ? "test" : "test-fraction" }

  /// Draws `rowCount * testFraction` rows for testing and, of the others, `validationFraction` for validation, both
  /// rounded to the nearest number.
  ///
  /// A function of the arguments alone: runs with different seeds hold back the same rows and compare. 0
  /// trains on all. Throws `DataError` when a fraction is outside [0, 1) or leaves no row to train on.
  package init(rowCount: Int, validationFraction: Double, testFraction: Double = 0) throws {
    precondition(rowCount >= 0 && rowCount <= Int(UInt32.max), "row numbers have 32 bits")
    try self.init(
      rows: Array(0..<UInt32(rowCount)), division: RowDivision(), validationFraction: validationFraction,
      testFraction: testFraction)
  }

  /// Divides `rows`, ascending ones of a table, as the data say, and draws the parts that they do not name from their
  /// training rows; rows of one group stay together.
  ///
  /// Throws `DataError` as above, and where a fraction is to be drawn from one group alone.
  package init(rows: [UInt32], division: RowDivision, validationFraction: Double, testFraction: Double) throws
  {
    func given(_ part: RowDivision.Part) -> [UInt32] {
      division.parts.map { parts in rows.filter { parts[Int($0)] == part } } ?? []
    }
    let (test, validation) = (given(.test), given(.validation))
    let all = division.parts == nil ? rows : given(.training)
    let drawnTest = try Self.draw(test.isEmpty ? testFraction : 0, of: all, division.groups, for: .testSplit)
    {
      .testFraction(testFraction, rowCount: all.count)
    }
    let rest = drawnTest.rest
    let drawn = try Self.draw(
      validation.isEmpty ? validationFraction : 0, of: rest, division.groups, for: .validationSplit
    ) {
      .validationFraction(validationFraction, rowCount: rest.count)
    }
    self.init(
      training: drawn.rest, validation: validation.isEmpty ? drawn.drawn : validation,
      test: test.isEmpty ? drawnTest.drawn : test)
    isTestGiven = !test.isEmpty
  }

  /// Draws a fraction of `rows`; returns the others and those drawn, both ascending.
  private static func draw(
    _ fraction: Double, of rows: [UInt32], _ groups: [Int32]?, for purpose: RandomPurpose,
    error: () -> DataError
  ) throws -> (rest: [UInt32], drawn: [UInt32]) {
    guard fraction >= 0, fraction < 1 else { throw error() }
    let count = Int((Double(rows.count) * fraction).rounded())
    guard count < rows.count else { throw error() }
    guard count > 0 else { return (rows, []) }
    let stream = RandomStream(seed: 0, purpose: purpose)
    guard let groups else {
      var shuffled = rows
      shuffled.shuffle(by: stream)
      return (shuffled[count...].sorted(), shuffled[..<count].sorted())
    }
    let sizes = Dictionary(grouping: rows) { groups[Int($0)] }.mapValues(\.count)
    var order = sizes.keys.sorted().map { UInt32(bitPattern: $0) }
    guard order.count > 1 else { throw DataError.oneGroup(rowCount: rows.count) }
    order.shuffle(by: stream)
    // Whole groups until there are as many rows; one is left in any case.
    var (taken, drawn) = (0, Set<Int32>())
    for group in order.dropLast().map({ Int32(bitPattern: $0) }) where taken < count {
      drawn.insert(group)
      taken += sizes[group]!
    }
    return (rows.filter { !drawn.contains(groups[Int($0)]) }, rows.filter { drawn.contains(groups[Int($0)]) })
  }
}
