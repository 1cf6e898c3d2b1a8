import Communication
import LinearAlgebra

extension RegressionMoments {
  /// Works the moments out from rows; every rank must call, with the same rows, and all get the same bits, which do not
  /// depend on the number of ranks.
  ///
  /// Up to `limits` the moments are exact. Beyond, the targets or the rows are sketched, as a function of `seed`.
  package init(
    _ rows: EvaluationRows, limits: MomentLimits = MomentLimits(), seed: UInt64 = 0,
    communicator: any Communicator
  ) throws {
    let features = rows.featureCount
    let isWhole =
      features <= limits.alwaysWhole || (features <= limits.wholeFeatures && features <= rows.rowCount)
    self =
      isWhole
      ? try WholeMoments(rows, communicator).moments(limits, seed: seed)
      : try ThinMoments(rows, limits, seed: seed, communicator).moments(limits, seed: seed)
  }
}
