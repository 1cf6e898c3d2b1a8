/// Principal components that are worked out when they are first asked for.
package final class SharedComponents {
  /// The components.
  package private(set) lazy var components = PrincipalComponents(moments, count: count, seed: seed)
  private let moments: RegressionMoments
  private let count: Int
  private let seed: UInt64

  /// Those that `PrincipalComponents` finds.
  init(_ moments: RegressionMoments, count: Int, seed: UInt64) {
    (self.moments, self.count, self.seed) = (moments, count, seed)
  }
}
