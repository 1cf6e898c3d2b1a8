/// Which of several selections is best, by the losses of the same rows with each of them.
package struct Judgement: Sendable, Equatable {
  /// The place of the chosen one.
  package let chosen: Int
  /// The place of the one with the smallest mean loss.
  package let best: Int
  /// The mean loss of each.
  package let means: [Double]
  /// The standard error of each mean, with rows as independent draws.
  package let standardErrors: [Double]
  /// The standard error of each one's mean difference to the best.
  package let differenceErrors: [Double]

  /// Whether a simpler one was preferred to the best, from which it cannot be told apart.
  package var isWithinNoise: Bool { chosen != best }

  /// Chooses the first, which should be the simplest, of those whose mean is within one standard error of the
  /// difference from the best; of the same rows. There must be one selection and one row at the least.
  package init(_ losses: [RowLosses]) {
    means = losses.map(\.mean)
    standardErrors = losses.map(\.standardError)
    let means = means
    let best = means.indices.min { (means[$0], $0) < (means[$1], $1) } ?? 0
    let errors = losses.map { $0.standardError(ofDifferenceTo: losses[best]) }
    self.best = best
    differenceErrors = errors
    chosen = means.indices.first { means[$0] - means[best] <= errors[$0] } ?? best
  }
}
