import CounterRandom

/// The rows of a table, divided into those trained on, those that watch for overfitting, and those that nobody looks
/// at before the end.
public struct RowSplit: Sendable, Equatable {
  /// Rows to train on.
  public let training: [UInt32]
  /// Rows held back, ascending.
  public let validation: [UInt32]
  /// Rows to test on, ascending; none where the data bring a test part of their own.
  public let test: [UInt32]

  /// Takes the rows as they are given.
  package init(training: [UInt32], validation: [UInt32] = [], test: [UInt32] = []) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Draws `rowCount * testFraction` rows for testing and, of the others, `validationFraction` for validation, both
  /// rounded to the nearest number.
  ///
  /// A function of the arguments alone: runs with different seeds hold back the same rows and compare. 0
  /// trains on all. Throws `DataError` when a fraction is outside [0, 1) or leaves no row to train on.
  public init(rowCount: Int, validationFraction: Double, testFraction: Double = 0) throws {
    precondition(rowCount >= 0 && rowCount <= Int(UInt32.max), "row numbers have 32 bits")
    let (rest, test) = try Self.draw(testFraction, of: Array(0..<UInt32(rowCount)), for: .testSplit) {
      .testFraction(testFraction, rowCount: rowCount)
    }
    let (training, validation) = try Self.draw(validationFraction, of: rest, for: .validationSplit) {
      .validationFraction(validationFraction, rowCount: rest.count)
    }
    self.init(training: training, validation: validation, test: test)
  }

  /// Draws a fraction of `rows`; returns the others and those drawn, both ascending.
  private static func draw(
    _ fraction: Double, of rows: [UInt32], for purpose: RandomPurpose, error: () -> DataError
  ) throws -> (rest: [UInt32], drawn: [UInt32]) {
    guard fraction >= 0, fraction < 1 else { throw error() }
    let count = Int((Double(rows.count) * fraction).rounded())
    guard count < rows.count else { throw error() }
    guard count > 0 else { return (rows, []) }
    var shuffled = rows
    shuffled.shuffle(by: RandomStream(seed: 0, purpose: purpose))
    return (shuffled[count...].sorted(), shuffled[..<count].sorted())
  }
}
