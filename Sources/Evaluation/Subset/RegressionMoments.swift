import LinearAlgebra

/// All that a linear regression of targets on any subset of the features needs to know of the rows.
///
/// With centred features X [rows, D] and targets Y [rows, Q]: C = X^T X, P = X^T Y and W = P P^T. Least squares on the
/// features S explains tr(C_SS^-1 W_SS) of the targets' sum of squares, so P itself is not needed. Where the features
/// are their own targets, P = C.
package struct RegressionMoments: Sendable {
  /// C: products of the centred features.
  package let scatter: GramMatrix
  /// W: what each pair of features has in common in its products with the targets.
  package let crossGram: GramMatrix
  /// The sum of squares of all centred targets, or of their sketch where W is one.
  package let targetVariation: Double
  /// The rows' weight times targets: what a sum of squares is divided by to be a mean.
  package let weight: Double
  /// The means of the features.
  package let means: [Double]
  /// P^T [Q, D] where the targets are not the features.
  package let cross: [[Double]]?
  /// The sum of squares of each centred target.
  package let targetVariations: [Double]

  /// Puts moments together that somebody has worked out.
  package init(
    scatter: GramMatrix, crossGram: GramMatrix, targetVariation: Double, weight: Double, means: [Double],
    targetVariations: [Double], cross: [[Double]]? = nil
  ) {
    precondition(scatter.count == crossGram.count && means.count == scatter.count)
    self.scatter = scatter
    self.crossGram = crossGram
    self.targetVariation = targetVariation
    self.weight = weight
    self.means = means
    self.targetVariations = targetVariations
    self.cross = cross
  }

  /// Number of features.
  package var featureCount: Int { scatter.count }
}
