import CounterRandom

/// Searches for the features on which a linear regression of the targets is best.
///
/// All decisions are functions of the moments, the constraints and the seed. Greedy selection is that of Farahat,
/// Ghodsi, Kamel 2011 where features are their own targets, and forward selection otherwise.
package final class SubsetSearch {
  /// A gain below this share of the targets' variation is rounding.
  private static let smallestGain = 1e-10
  /// Changes after which the regression is worked out anew.
  private static let refreshInterval = 50

  private let moments: RegressionMoments
  private let count: Int
  private let constraints: SubsetConstraints
  private let regression: SubsetRegression
  /// Slots of features that must be kept, whether the regression has them or finds them redundant.
  private var kept: [Int: Int] = [:]
  private var swaps = 0
  private var changes = 0

  /// A search for `count` features; throws `SubsetError`.
  package init(_ moments: RegressionMoments, count: Int, constraints: SubsetConstraints = .none) throws {
    try constraints.validate(count: count, featureCount: moments.featureCount)
    self.moments = moments
    self.count = count
    self.constraints = constraints
    regression = SubsetRegression(moments, slotCount: count)
    for feature in constraints.keep + constraints.excluded { regression.setCandidate(feature, false) }
  }

  /// Elements updated so far, as a `SearchBudget` counts.
  package var operations: Int { regression.operations }

  /// Takes one feature after the other, each the one that explains the most of what is left, after those to keep.
  package func greedy() -> FeatureSubset {
    start(from: [])
    return result()
  }

  /// Replaces features of a selection one at a time, as long as that explains more, by the best of all candidates.
  ///
  /// Features that constraints exclude, that repeat or that are redundant are replaced first.
  /// - Complexity: O(K D) for a swap and for going round all slots.
  package func improved(_ features: [Int]) -> FeatureSubset {
    start(from: features)
    improve()
    return result()
  }

  /// Goes on from a selection by dropping some features at random, filling up greedily and swapping, and keeps what is
  /// better (iterated local search; Lourenço, Martin, Stützle 2003).
  package func iterated(from features: [Int], budget: SearchBudget, seed: UInt64) -> FeatureSubset {
    start(from: features)
    improve()
    refresh()
    let free = (0..<count).filter { kept[$0] == nil }
    guard !free.isEmpty else { return result() }
    let best = SubsetRegression(moments, slotCount: count)
    best.copy(from: regression)
    let first = operations
    var iteration = 0
    while iteration < budget.iterations, operations - first < budget.operations {
      var generator = CounterGenerator(RandomStream(seed: seed, purpose: .subsetSearch, step: iteration))
      perturb(free, &generator)
      improve()
      if regression.explained - best.explained > tolerance { refresh() }
      if regression.explained - best.explained > tolerance {
        best.copy(from: regression)
      } else {
        regression.copy(from: best)
      }
      iteration += 1
    }
    regression.copy(from: best)
    return result()
  }

  private var tolerance: Double { Self.smallestGain * moments.targetVariation }

  /// Fills the slots: with the features to keep, the given ones, and greedily.
  private func start(from features: [Int]) {
    for k in 0..<count where regression.features[k] >= 0 { regression.remove(slot: k) }
    refresh()
    swaps = 0
    let required = Set(constraints.keep)
    var (seen, wanted) = (required.union(constraints.excluded), [Int?](repeating: nil, count: count))
    kept = [:]
    for (k, feature) in features.prefix(count).enumerated() {
      if required.contains(feature), !kept.values.contains(feature) {
        kept[k] = feature
      } else if seen.insert(feature).inserted {
        wanted[k] = feature
      }
    }
    // Those to keep that the selection does not have take empty places first, then the last ones.
    for feature in constraints.keep where !kept.values.contains(feature) {
      let free = (0..<count).filter { kept[$0] == nil }
      guard let k = features.isEmpty ? free.first : free.first(where: { wanted[$0] == nil }) ?? free.last
      else { break }
      kept[k] = feature
      wanted[k] = nil
    }
    for (k, feature) in kept.sorted(by: { $0.key < $1.key }) { _ = regression.add(feature, toSlot: k) }
    for (k, feature) in wanted.enumerated() {
      if let feature { _ = regression.add(feature, toSlot: k) }
    }
    fill()
  }

  /// Puts the best candidate into each empty slot.
  private func fill() {
    for k in 0..<count where regression.features[k] < 0 && kept[k] == nil {
      guard let best = regression.bestCandidate(forSlot: k), best.gain > 1e-12 * moments.targetVariation
      else { return }
      _ = regression.add(best.feature, toSlot: k)
    }
  }

  /// Swaps, slot by slot, until no slot's feature can be replaced by one that explains more.
  private func improve() {
    var (k, unchanged) = (0, 0)
    while unchanged < count {
      if kept[k] == nil, let best = regression.bestCandidate(forSlot: k),
        best.gain - regression.contribution(ofSlot: k) > tolerance
      {
        if replace(slot: k, by: best.feature) { unchanged = 0 }
      }
      unchanged += 1
      k = (k + 1) % count
    }
  }

  private func refresh() {
    regression.refresh()
    changes = 0
  }

  private func replace(slot k: Int, by feature: Int) -> Bool {
    let former = regression.features[k]
    if former >= 0 { regression.remove(slot: k) }
    guard regression.add(feature, toSlot: k) else {
      if former >= 0 { _ = regression.add(former, toSlot: k) }
      return false
    }
    swaps += 1
    changes += 1
    if changes >= max(count, Self.refreshInterval) { refresh() }
    return true
  }

  /// Drops a few features at random and fills up with others.
  private func perturb(_ free: [Int], _ generator: inout CounterGenerator) {
    let most = min(free.count, max(2, min(8, free.count / 4)))
    let number = min(free.count, 2) + Int(generator.uniform() * Double(most - min(free.count, 2) + 1))
    var slots = free
    for i in 0..<number {
      slots.swapAt(i, i + Int(generator.uniform() * Double(slots.count - i)))
    }
    changes += 2 * number
    let dropped = slots.prefix(number).filter { regression.features[$0] >= 0 }.map { slot in
      let feature = regression.features[slot]
      regression.remove(slot: slot)
      regression.setCandidate(feature, false)
      return feature
    }
    fill()
    for feature in dropped { regression.setCandidate(feature, true) }
    fill()
  }

  private func result() -> FeatureSubset {
    regression.refresh()
    var features = (0..<count).map { kept[$0] ?? regression.features[$0] }
    let redundant = regression.features.count { $0 < 0 }
    if features.contains(-1) {
      // Nothing is left to explain: any will do, those that vary most first.
      let taken = Set(features).union(constraints.excluded)
      let variation = moments.scatter.diagonal
      var rest = (0..<moments.featureCount).filter { !taken.contains($0) }
        .sorted { (variation[$0], $1) > (variation[$1], $0) }[...]
      for k in features.indices where features[k] < 0 { features[k] = rest.removeFirst() }
    }
    let variation = moments.targetVariation
    return FeatureSubset(
      features: features, explained: variation > 0 ? regression.explained / variation : 0,
      error: max(0, variation - regression.explained) / moments.weight, redundant: redundant, swaps: swaps)
  }
}
