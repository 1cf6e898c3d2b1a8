/// What a selection has to obey, whoever makes it.
package struct SubsetConstraints: Sendable, Equatable {
  /// Features that are in any case selected.
  package var keep: [Int]
  /// Features that are never selected.
  package var excluded: [Int]

  /// A selection of anything.
  package static let none = SubsetConstraints()

  /// A selection with all of `keep` and none of `excluded`.
  package init(keep: [Int] = [], excluded: [Int] = []) {
    self.keep = keep
    self.excluded = excluded
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
  }
}
