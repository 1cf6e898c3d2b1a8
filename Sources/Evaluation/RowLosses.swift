import ConcreteAutoencoder

/// The mean loss of each of some rows, and how much each of them counts.
package struct RowLosses: Sendable, Equatable {
  /// The mean loss of each row.
  package let losses: [Double]
  /// What each counts: 1, but less for a row of which values are missing, and its weight where rows have some.
  package let weights: [Double]

  /// Losses of rows that count as `weights` say, by default alike.
  package init(_ losses: [Double], weights: [Double]? = nil) {
    self.losses = losses
    self.weights = weights ?? Array(repeating: 1, count: losses.count)
  }

  /// The mean loss; 0 where no row counts.
  package var mean: Double {
    let weight = weights.reduce(0, +)
    return weight > 0 ? zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 } / weight : 0
  }

  /// The mean over rows of |x - x_hat|_2 / D, where features are rebuilt by squared error; nil for other tasks.
  ///
  /// It is the normalised Frobenius error of Nilsson et al. 2024 (arXiv 2403.00563), in scaled units. A row of which values
  /// are missing is taken as if those had the mean squared error of the others.
  package func frobeniusError(of shape: ModelShape) -> Metric? {
    guard shape.outputsAreFeatures, shape.task.objective.isLeastSquares else { return nil }
    let columns = Double(shape.featureCount)
    // A row's loss is |x - x_hat|^2 / D.
    let norms = RowLosses(losses.map { ($0 / columns).squareRoot() }, weights: weights)
    return Metric("frobenius_error", norms.mean)
  }

  /// The standard error of `mean`, with rows as independent draws.
  package var standardError: Double {
    guard losses.count > 1, case let weight = weights.reduce(0, +), weight > 0 else { return 0 }
    let (n, mean) = (Double(losses.count), mean)
    // Of a ratio of means, by its first derivatives; the usual formula where all count alike.
    let squares = zip(losses, weights).reduce(0.0) { $0 + $1.1 * ($1.0 - mean) * ($1.1 * ($1.0 - mean)) }
    return (squares / (n - 1) / n).squareRoot() * (n / weight)
  }

  /// The standard error of the mean difference to the losses of another selection on the same rows.
  package func standardError(ofDifferenceTo other: RowLosses) -> Double {
    RowLosses(zip(losses, other.losses).map { $0 - $1 }, weights: weights).standardError
  }
}
