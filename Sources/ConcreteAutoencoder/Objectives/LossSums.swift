/// Sums over some rows; adding them over slices of a batch, or over ranks, gives those of the whole.
public struct LossSums: Sendable, Equatable {
  /// The sum of the terms' losses.
  public var loss = 0.0
  /// The terms that it is the sum of, by weight: squared errors of rows x features, or cross-entropies of rows.
  public var weight = 0.0
  /// Rows whose class was found, by weight; evaluations report them.
  public var correct = 0.0

  /// No terms, or those given.
  public init(loss: Double = 0, weight: Double = 0, correct: Double = 0) {
    self.loss = loss
    self.weight = weight
    self.correct = correct
  }

  /// The mean loss of a term; 0 where there is none.
  public var mean: Double { weight > 0 ? loss / weight : 0 }

  /// Adds other rows' sums.
  public static func += (sums: inout LossSums, other: LossSums) {
    sums.loss += other.loss
    sums.weight += other.weight
    sums.correct += other.correct
  }
}
