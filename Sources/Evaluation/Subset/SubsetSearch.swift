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
  /// An iterated search also goes on from what is worse by less than this share of the error that is left, but
  /// returns to the best after some perturbations without a new one.
  private static let acceptance = (loss: 0.003, patience: 20)

  private let moments: RegressionMoments
  private let count: Int
  private let constraints: SubsetConstraints
  private let regression: SubsetRegression
  /// Slots of features that must be kept, whether the regression has them or finds them redundant.
  private var kept: [Int: Int] = [:]
  /// Features that are never candidates: those to keep, and those that are excluded.
  private let fixed: Set<Int>
  private let excluded: Set<Int>
  /// How many of the selected features conflict with each; empty without conflicts.
  private var blocks: [Int] = []
  private var swaps = 0
  private var changes = 0

  /// A search for `count` features; throws `SubsetError`.
  package init(_ moments: RegressionMoments, count: Int, constraints: SubsetConstraints = .none) throws {
    try constraints.validate(count: count, featureCount: moments.featureCount)
    self.moments = moments
    self.count = count
    self.constraints = constraints
    regression = SubsetRegression(moments, slotCount: count)
    excluded = Set(constraints.excluded)
    fixed = Set(constraints.keep + constraints.excluded)
    for feature in fixed { regression.setCandidate(feature, false) }
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
    let (best, current) = (regression.empty(), regression.empty())
    for state in [best, current] { state.copy(from: regression) }
    // Going back to what was selected before takes its conflicts along.
    func goBack(to state: SubsetRegression) {
      regression.copy(from: state)
      countBlocks()
    }
    let first = operations
    var (iteration, failures) = (0, 0)
    while iteration < budget.iterations, operations - first < budget.operations {
      var generator = CounterGenerator(RandomStream(seed: seed, purpose: .subsetSearch, step: iteration))
      perturb(free, &generator)
      improve()
      // An improvement counts when it is no rounding.
      if regression.explained - best.explained > tolerance { refresh() }
      let left = moments.targetVariation - best.explained
      if regression.explained - best.explained > tolerance {
        best.copy(from: regression)
        failures = 0
      } else {
        failures += 1
      }
      if failures >= Self.acceptance.patience {
        current.copy(from: best)
        failures = 0
      } else if regression.explained > current.explained - Self.acceptance.loss * left {
        current.copy(from: regression)
      }
      goBack(to: current)
      iteration += 1
    }
    goBack(to: best)
    return result()
  }

  private var tolerance: Double { Self.smallestGain * moments.targetVariation }

  /// Fills the slots: with the features to keep, the given ones, and greedily.
  private func start(from features: [Int]) {
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
    select(compatible((0..<count).map { kept[$0] ?? wanted[$0] ?? -1 }))
    fill()
    if isCornered { select(anySelection()) }
  }

  /// Puts the best candidate into each empty slot.
  private func fill() {
    for k in 0..<count where regression.features[k] < 0 && kept[k] == nil {
      guard let best = bestCandidate(forSlot: k), best.gain > 1e-12 * moments.targetVariation
      else { return }
      exchange(slot: k, with: best.feature)
    }
  }

  /// Swaps, slot by slot, until no slot's feature can be replaced by one that explains more.
  private func improve() {
    var (k, unchanged) = (0, 0)
    while unchanged < count {
      if kept[k] == nil, let best = bestCandidate(forSlot: k),
        best.gain - regression.contribution(ofSlot: k) > tolerance
      {
        unchanged = 0
        swaps += 1
        exchange(slot: k, with: best.feature)
        changes += 1
        if changes >= max(count, Self.refreshInterval) { refresh() }
      }
      unchanged += 1
      k = (k + 1) % count
    }
  }

  /// Works the regression out anew, so that no rounding adds up over many changes.
  private func refresh() { select(regression.features) }

  /// Selects features, those to keep first: of features that depend on each other these stay.
  private func select(_ features: [Int]) {
    regression.select(features, first: Array(kept.keys).sorted())
    changes = 0
    countBlocks()
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
      exchange(slot: slot, with: nil)
      regression.setCandidate(feature, false)
      return feature
    }
    fill()
    for feature in dropped { setCandidate(feature) }
    fill()
    if isCornered { select(anySelection()) }
  }

  private func result() -> FeatureSubset {
    refresh()
    var features = (0..<count).map { kept[$0] ?? regression.features[$0] }
    let redundant = regression.features.count { $0 < 0 }
    if features.contains(-1) {
      // Nothing is left to explain: any will do, those that vary most first.
      let variation = moments.scatter.diagonal
      let ranking = (0..<moments.featureCount).sorted { (variation[$0], $1) > (variation[$1], $0) }
      let found = Set(features.filter { $0 >= 0 })
      let all = constraints.first(count, of: features.filter { $0 >= 0 } + ranking)
      var rest = all.filter { !found.contains($0) }[...]
      if rest.count == redundant {
        for k in features.indices where features[k] < 0 { features[k] = rest.removeFirst() }
      } else {
        features = anySelection()
      }
    }
    let variation = moments.targetVariation
    return FeatureSubset(
      features: features, explained: variation > 0 ? regression.explained / variation : 0,
      error: max(0, variation - regression.explained) / moments.weight, redundant: redundant, swaps: swaps)
  }
}

/// Features that are not selected together.
extension SubsetSearch {
  /// Puts a feature, or none, into a slot.
  private func exchange(slot: Int, with feature: Int?) {
    let old = regression.features[slot]
    guard regression.exchange(slot: slot, with: feature), !blocks.isEmpty else { return }
    if old >= 0 { block(old, -1) }
    if let feature { block(feature, 1) }
  }

  /// The candidate that explains the most in a slot: also of those that conflict with nothing but the feature there.
  private func bestCandidate(forSlot k: Int) -> (feature: Int, gain: Double)? {
    regression.limit = limit(forSlot: k)
    guard !blocks.isEmpty, regression.features[k] >= 0 else { return regression.bestCandidate(forSlot: k) }
    let own = constraints.conflicts(of: regression.features[k])
    for feature in own where blocks[feature] == 1 && !fixed.contains(feature) {
      regression.setCandidate(feature, true)
    }
    defer { for feature in own { setCandidate(feature) } }
    return regression.bestCandidate(forSlot: k)
  }

  /// What the feature of a slot may cost: what those of the others leave, and the cheapest for empty ones.
  private func limit(forSlot k: Int) -> SubsetRegression.CostLimit? {
    guard let budget = constraints.budget else { return nil }
    let others = (0..<count).filter { $0 != k }.compactMap { kept[$0] ?? regression.features[$0] }
    return .init(
      costs: budget.costs,
      most: budget.slack(count, beside: Set(others.filter { $0 >= 0 }), without: excluded))
  }

  /// Adds to the number of selected features that conflict with each of `feature`'s.
  private func block(_ feature: Int, _ change: Int) {
    for other in constraints.conflicts(of: feature) {
      blocks[other] += change
      setCandidate(other)
    }
  }

  private func setCandidate(_ feature: Int) {
    regression.setCandidate(feature, !fixed.contains(feature) && (blocks.isEmpty || blocks[feature] == 0))
  }

  /// Counts anew, after the selection was changed as a whole.
  private func countBlocks() {
    guard !constraints.conflicts.isEmpty else { return }
    blocks = [Int](repeating: 0, count: moments.featureCount)
    for feature in Set(regression.features + constraints.keep) where feature >= 0 {
      for other in constraints.conflicts(of: feature) { blocks[other] += 1 }
    }
    for feature in 0..<moments.featureCount { setCandidate(feature) }
  }

  /// The features of slots, without those that conflict with one before them or with one to keep.
  private func compatible(_ features: [Int]) -> [Int] {
    guard constraints.limitsTogether else { return features }
    let allowed = Set(constraints.first(count, of: features.filter { $0 >= 0 }))
    return features.map { allowed.contains($0) ? $0 : -1 }
  }

  /// Whether slots are empty that no feature may fill.
  private var isCornered: Bool {
    !blocks.isEmpty && regression.features.contains(-1)
      && !blocks.indices.contains {
        blocks[$0] == 0 && !fixed.contains($0) && !regression.features.contains($0)
      }
  }

  /// A selection that obeys, for where the search has lost its way; features to keep are in their slots.
  private func anySelection() -> [Int] {
    let all = constraints.any(count, of: moments.featureCount)
    var rest = all.filter { !kept.values.contains($0) }[...]
    return (0..<count).map { kept[$0] ?? rest.popFirst() ?? -1 }
  }
}
