/// What a selection has to obey, whoever makes it.
package struct SubsetConstraints: Sendable, Equatable {
  /// Features that are in any case selected.
  package var keep: [Int]
  /// Features that are never selected.
  package var excluded: [Int]
  /// For each feature those that are not selected together with it; empty where all may be.
  package var conflicts: [[Int]]

  /// A selection of anything.
  package static let none = SubsetConstraints()

  /// A selection with all of `keep` and none of `excluded`.
  package init(keep: [Int] = [], excluded: [Int] = [], conflicts: [[Int]] = []) {
    self.keep = keep
    self.excluded = excluded
    self.conflicts = conflicts
  }

  /// The features that are not selected together with one.
  package func conflicts(of feature: Int) -> [Int] { conflicts.isEmpty ? [] : conflicts[feature] }

  /// Features to keep, then those of a ranking that can be selected with all before them, `count` at the most.
  package func first(_ count: Int, of ranking: some Sequence<Int>) -> [Int] {
    var (taken, selected) = (Set(excluded), [Int]())
    for feature in keep + ranking where selected.count < count && taken.insert(feature).inserted {
      selected.append(feature)
      taken.formUnion(conflicts(of: feature))
    }
    return selected
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
    guard !conflicts.isEmpty else { return }
    for feature in keep {
      if let other = conflicts(of: feature).first(where: keep.contains) {
        throw SubsetError.keptTogether(feature, other)
      }
    }
    let together = first(count, of: 0..<featureCount).count
    guard together == count else { throw SubsetError.tooFewTogether(found: together, count: count) }
  }
}
