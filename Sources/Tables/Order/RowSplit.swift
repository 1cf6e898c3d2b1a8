import CounterRandom

/// The rows of a training set, divided into those trained on and those that watch for overfitting.
public struct RowSplit: Sendable, Equatable {
  /// Rows to train on, ascending.
  public let training: [UInt32]
  /// Rows held back, ascending.
  public let validation: [UInt32]

  /// Draws `rowCount * validationFraction` rows, rounded to the nearest number, for validation.
  ///
  /// A function of the arguments alone: runs with different seeds hold back the same rows and compare. 0
  /// trains on all. Throws `DataError.validationFraction` when the fraction is outside [0, 1) or leaves no
  /// row to train on.
  public init(rowCount: Int, validationFraction: Double) throws {
    precondition(rowCount >= 0 && rowCount <= Int(UInt32.max), "row numbers have 32 bits")
    guard validationFraction >= 0, validationFraction < 1 else {
      throw DataError.validationFraction(validationFraction, rowCount: rowCount)
    }
    let count = Int((Double(rowCount) * validationFraction).rounded())
    guard count < rowCount else {
      throw DataError.validationFraction(validationFraction, rowCount: rowCount)
    }
    var rows = Array(0..<UInt32(rowCount))
    guard count > 0 else {
      training = rows
      validation = []
      return
    }
    rows.shuffle(by: RandomStream(seed: 0, purpose: .validationSplit))
    validation = rows[..<count].sorted()
    training = rows[count...].sorted()
  }
}
