/// From which sizes on `RegressionMoments` are thin, and from which on they are sketches.
package struct MomentLimits: Sendable, Equatable {
  /// Features up to which their products with each other are stored in full, if there are as many rows.
  package var wholeFeatures = 6_144
  /// Features up to which they are stored in full in any case.
  package var alwaysWhole = 2_048
  /// Targets, or rows where these are fewer, up to which W is exact where features are their own targets.
  package var targets = 3_072
  /// Signed sums of targets that a sketch has instead.
  package var targetSketch = 1_024
  /// Rows up to which they are used as they are where the products are not stored in full, and signed sums of rows that
  /// a sketch has instead: several times the number of features to select.
  package var rows = 4_096

  /// Sizes at which a search of some hundred features takes seconds.
  package init() {}
}
