/// What a linear regression on a selection leaves of the targets, on rows that it may not have seen.
package struct LinearError: Sendable, Equatable {
  /// The mean squared error of each row, over the targets.
  package let rowErrors: [Double]
  /// The mean squared error of each target, over the rows.
  package let targetErrors: [Double]
  /// The variance of each target on these rows.
  package let targetVariances: [Double]

  /// The mean squared error over rows and targets.
  package var mean: Double { rowErrors.isEmpty ? 0 : rowErrors.reduce(0, +) / Double(rowErrors.count) }

  /// The standard error of `mean`, with rows as independent draws.
  package var standardError: Double { Self.standardError(of: rowErrors) }

  /// R^2 of each target: the share of its variance on these rows that is explained; nil where it does not vary.
  package var explained: [Double?] {
    zip(targetErrors, targetVariances).map { error, variance in variance > 1e-20 ? 1 - error / variance : nil
    }
  }

  /// The standard error of the mean difference to the errors of another selection on the same rows.
  package func standardError(ofDifferenceTo other: LinearError) -> Double {
    Self.standardError(of: zip(rowErrors, other.rowErrors).map { $0 - $1 })
  }

  package static func standardError(of values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
  }
}
