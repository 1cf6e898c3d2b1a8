/// Why a feature belongs to a selection, by the linear regression of the targets on all of it.
package struct FeatureReason: Sendable, Equatable {
  /// A feature that could stand in for a selected one.
  package struct StandIn: Sendable, Equatable {
    /// The feature.
    package let feature: Int
    /// Its correlation with the selected one.
    package let correlation: Double
    /// How much the mean squared error rises with it instead; below 0 where it would be better.
    package let cost: Double
  }

  /// A target that the feature explains.
  package struct Explained: Sendable, Equatable {
    /// The target: a feature that is not selected, or the number of a class or value.
    package let target: Int
    /// The share of the target's variation that is explained with the feature and not without it.
    package let share: Double
  }

  /// The feature.
  package let feature: Int
  /// How much the mean squared error rises without it.
  package let importance: Double
  /// Its place in the order of importance, from 1.
  package let rank: Int
  /// The features that could best stand in for it, best first.
  package let standIns: [StandIn]
  /// The targets that depend on it most, most first.
  package let explains: [Explained]

  /// Whether the best stand-in is as good but for a hundredth of what the feature contributes: which of the two is
  /// selected is then chance.
  package var isInterchangeable: Bool {
    standIns.first.map { $0.cost < 0.01 * importance } ?? (importance <= 0)
  }
}
