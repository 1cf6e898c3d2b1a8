/// A set of distinct features that a search has found.
package struct FeatureSubset: Sendable, Equatable {
  /// The features, one a slot: a search keeps a feature's place, and puts what it takes instead there.
  package let features: [Int]
  /// The share of the targets' sum of squares that least squares on the features explains.
  package let explained: Double
  /// The mean squared error of that regression on the rows of the moments.
  package let error: Double
  /// How many of the features are constant or combinations of the others, and only there to make up the number.
  package let redundant: Int
  /// Features that were replaced on the way.
  package let swaps: Int
}
