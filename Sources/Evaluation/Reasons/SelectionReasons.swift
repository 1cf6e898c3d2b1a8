/// The reasons for each feature of a selection.
package struct SelectionReasons: Sendable, Equatable {
  /// One reason a feature, in the order of the selection.
  package let features: [FeatureReason]
  /// The mean squared error of the linear regression on all of them, on the rows of the moments.
  package let error: Double

  /// Works the reasons out, with two stand-ins and three targets a feature. Stand-ins obey `constraints`.
  ///
  /// - Complexity: O(K D) after the regression, which costs O(K^2 D).
  package init(_ selection: [Int], moments: RegressionMoments, constraints: SubsetConstraints = .none) {
    let regression = SubsetRegression(moments, slotCount: selection.count)
    for feature in selection + constraints.excluded { regression.setCandidate(feature, false) }
    regression.select(selection)
    error = max(0, moments.targetVariation - regression.explained) / moments.weight
    let excluded = Set(constraints.excluded)
    let contributions = selection.indices.map { regression.contribution(ofSlot: $0) }
    let order = selection.indices.sorted { (contributions[$0], $1) > (contributions[$1], $0) }
    var ranks = selection
    for (rank, k) in order.enumerated() { ranks[k] = rank + 1 }
    let kept = Set(constraints.keep)
    features = selection.enumerated().map { k, feature in
      let isRedundant = regression.features[k] < 0
      regression.limit = constraints.budget.map {
        .init(
          costs: $0.costs,
          most: $0.slack(selection.count, beside: Set(selection).subtracting([feature]), without: excluded))
      }
      return FeatureReason(
        feature: feature, importance: contributions[k] / moments.weight, rank: ranks[k],
        standIns: isRedundant || kept.contains(feature)
          ? []
          : Self.standIns(
            feature, slot: k, contribution: contributions[k], regression,
            blocked: selection.enumerated().filter { $0.offset != k }.flatMap {
              constraints.conflicts(of: $0.element)
            }),
        explains: isRedundant ? [] : Self.explained(slot: k, selection: Set(selection), regression))
    }
  }

  private static func standIns(
    _ feature: Int, slot: Int, contribution: Double, _ regression: SubsetRegression, blocked: [Int]
  ) -> [FeatureReason.StandIn] {
    let blocked = Set(blocked).filter { regression.isCandidate($0) }
    for other in blocked { regression.setCandidate(other, false) }
    defer { for other in blocked { regression.setCandidate(other, true) } }
    let (row, variation) = (regression.moments.scatter.row(feature), regression.moments.scatter.diagonal)
    return regression.bestCandidates(2, forSlot: slot).map { other, gain in
      FeatureReason.StandIn(
        feature: other, correlation: row[other] / (variation[feature] * variation[other]).squareRoot(),
        cost: (contribution - gain) / regression.moments.weight)
    }
  }

  private static func explained(
    slot: Int, selection: Set<Int>, _ regression: SubsetRegression
  ) -> [FeatureReason.Explained] {
    let moments = regression.moments
    let variation = moments.targetVariations
    let shares = regression.losses(ofSlot: slot).enumerated().map { target, loss in
      variation[target] > 0 ? loss / variation[target] : 0
    }
    return shares.indices
      .filter { shares[$0] > 0 && (moments.cross != nil || !selection.contains($0)) }
      .sorted { (shares[$0], $1) > (shares[$1], $0) }.prefix(3)
      .map { FeatureReason.Explained(target: $0, share: shares[$0]) }
  }
}
