/// Sums over some rows; adding them over slices of a batch, or over ranks, gives those of the whole.
package struct LossSums: Sendable, Equatable {
  /// The sum of the terms' losses.
  package var loss = 0.0
  /// The terms that it is the sum of, by weight: squared errors of rows x features, or cross-entropies of rows.
  package var weight = 0.0
  /// Rows whose class was found, by weight; evaluations report them.
  package var correct = 0.0

  /// No terms, or those given.
  package init(loss: Double = 0, weight: Double = 0, correct: Double = 0) {
    self.loss = loss
    self.weight = weight
    self.correct = correct
  }

  /// The mean loss of a term; 0 where there is none.
  package var mean: Double { weight > 0 ? loss / weight : 0 }

  /// Adds other rows' sums.
  package static func += (sums: inout LossSums, other: LossSums) {
    sums.loss += other.loss
    sums.weight += other.weight
    sums.correct += other.correct
  }
}
