/// A selection in the making that obeys constraints at each step.
struct ObedientSelection {
  /// What is selected so far, features to keep first.
  private(set) var features: [Int] = []
  private let count: Int
  private let constraints: SubsetConstraints
  private let excluded: Set<Int>
  /// What is selected, excluded, or in conflict with what is selected.
  private var taken: Set<Int>
  private var slack: Double?

  /// Begins a selection of `count` features with those to keep.
  init(_ count: Int, of constraints: SubsetConstraints) {
    self.count = count
    self.constraints = constraints
    excluded = Set(constraints.excluded)
    taken = excluded
    for feature in constraints.keep where features.count < count && !taken.contains(feature) { take(feature) }
    refreshSlack()
  }

  /// Whether a feature can be selected with those before, so that others can still follow it.
  func admits(_ feature: Int) -> Bool {
    features.count < count && !taken.contains(feature)
      && slack.map { constraints.budget!.costs[feature] <= $0 } ?? true
  }

  /// Selects a feature.
  mutating func take(_ feature: Int) {
    features.append(feature)
    taken.insert(feature)
    taken.formUnion(constraints.conflicts(of: feature))
    refreshSlack()
  }

  private mutating func refreshSlack() {
    guard features.count < count else { return }
    // What conflicts is no cheap companion.
    slack = constraints.budget?.slack(count, beside: Set(features), without: taken.subtracting(features))
  }
}
