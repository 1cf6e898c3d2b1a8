/// What features cost, and how much those of a selection may cost together.
package struct FeatureBudget: Sendable, Equatable {
  /// The cost of each feature, at least 0.
  package let costs: [Double]
  /// The largest sum.
  package let limit: Double
  /// The features, the cheapest first.
  let cheapest: [Int]

  /// Costs and the largest sum of them.
  package init(costs: [Double], limit: Double) {
    self.costs = costs
    self.limit = limit
    cheapest = costs.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }
  }

  /// What features cost together.
  package func cost(of features: some Sequence<Int>) -> Double { features.reduce(0) { $0 + costs[$1] } }

  /// The least that `count` features cost, of which some are given and others are out of the question.
  func least(_ count: Int, with given: Set<Int>, without excluded: Set<Int>) -> Double {
    var (left, sum) = (count - given.count, cost(of: given))
    for feature in cheapest where left > 0 && !given.contains(feature) && !excluded.contains(feature) {
      sum += costs[feature]
      left -= 1
    }
    return left > 0 ? .infinity : sum
  }

  /// What is left for one more feature beside `given`, if `count` in all are to be selected.
  func slack(_ count: Int, beside given: Set<Int>, without excluded: Set<Int>) -> Double {
    // Rounding of a sum takes nothing from the budget.
    limit * (1 + 1e-12) - least(count - 1, with: given, without: excluded)
  }
}
