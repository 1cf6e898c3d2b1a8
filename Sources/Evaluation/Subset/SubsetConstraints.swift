/// What a selection has to obey, whoever makes it.
package struct SubsetConstraints: Sendable, Equatable {
  /// Features that are in any case selected.
  package var keep: [Int]
  /// Features that are never selected.
  package var excluded: [Int]
  /// For each feature those that are not selected together with it; empty where all may be.
  package var conflicts: [[Int]]
  /// What features cost together, at the most; nil where they cost nothing.
  package var budget: FeatureBudget?

  /// A selection of anything.
  package static let none = SubsetConstraints()

  /// A selection with all of `keep` and none of `excluded`.
  package init(
    keep: [Int] = [], excluded: [Int] = [], conflicts: [[Int]] = [], budget: FeatureBudget? = nil
  ) {
    self.keep = keep
    self.excluded = excluded
    self.conflicts = conflicts
    self.budget = budget
  }

  /// The features that are not selected together with one.
  package func conflicts(of feature: Int) -> [Int] { conflicts.isEmpty ? [] : conflicts[feature] }

  /// Whether it matters which features are selected together.
  var limitsTogether: Bool { !conflicts.isEmpty || budget != nil }

  /// Features to keep, then those of a ranking that can be selected with all before them, `count` at the most.
  package func first(_ count: Int, of ranking: some Sequence<Int>) -> [Int] {
    var selection = ObedientSelection(count, of: self)
    for feature in ranking where selection.admits(feature) { selection.take(feature) }
    return selection.features
  }

  /// A selection that obeys, of whatever features.
  func any(_ count: Int, of featureCount: Int) -> [Int] {
    first(count, of: budget?.cheapest ?? Array(0..<featureCount))
  }

  /// Checks that `count` distinct features can be selected of `featureCount`; throws `SubsetError`.
  package func validate(count: Int, featureCount: Int) throws {
    for feature in keep + excluded where !(0..<featureCount).contains(feature) {
      throw SubsetError.noSuchFeature(feature, featureCount: featureCount)
    }
    let out = Set(excluded)
    if let both = keep.first(where: out.contains) { throw SubsetError.keptAndExcluded(both) }
    guard Set(keep).count <= count else {
      throw SubsetError.keepsTooMany(kept: Set(keep).count, count: count)
    }
    guard count <= featureCount - out.count else {
      throw SubsetError.tooFewFeatures(left: featureCount - out.count, count: count)
    }
    for feature in conflicts.isEmpty ? [] : keep {
      if let other = conflicts(of: feature).first(where: keep.contains) {
        throw SubsetError.keptTogether(feature, other)
      }
    }
    if let budget {
      let least = budget.least(count, with: Set(keep), without: out)
      guard least <= budget.limit else {
        throw SubsetError.tooExpensive(least: least, budget: budget.limit, count: count)
      }
    }
    guard limitsTogether else { return }
    let together = any(count, of: featureCount).count
    guard together == count else { throw SubsetError.tooFewTogether(found: together, count: count) }
  }
}
