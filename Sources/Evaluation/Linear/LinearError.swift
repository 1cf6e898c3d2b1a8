/// What a linear regression on a selection leaves of the targets, on rows that it may not have seen.
package struct LinearError: Sendable, Equatable {
  /// The mean squared error of each row, over the targets.
  package let rows: RowLosses
  /// The mean squared error of each target, over the rows.
  package let targetErrors: [Double]
  /// The variance of each target on these rows.
  package let targetVariances: [Double]

  /// The share of rows, by their weights, in which the class that is told is the one that gets the most; nil where targets
  /// are no classes.
  package let accuracy: Double?

  /// The mean squared error over rows and targets.
  package var mean: Double { rows.mean }

  /// The mean variance of the targets on these rows.
  package var variance: Double { targetVariances.reduce(0, +) / Double(max(1, targetVariances.count)) }

  /// R^2 of each target: the share of its variance on these rows that is explained; nil where it does not vary.
  package var explained: [Double?] {
    zip(targetErrors, targetVariances).map { error, variance in variance > 1e-20 ? 1 - error / variance : nil
    }
  }
}
