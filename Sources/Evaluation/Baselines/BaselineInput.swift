/// What baselines select from.
package struct BaselineInput {
  /// Moments of the training rows.
  package let moments: RegressionMoments
  /// What each feature was multiplied by; nil: its own units.
  package let scale: [Double]?
  /// How many features to select.
  package let count: Int
  /// What every selection obeys.
  package let constraints: SubsetConstraints
  /// What random choices are functions of.
  package let seed: UInt64
  /// The principal components of the moments, as many as features to select: worked out once, for all that ask.
  package let components: SharedComponents
  /// How long an iterated search may work.
  package let budget: SearchBudget

  /// The same input for all baselines.
  package init(
    moments: RegressionMoments, scale: [Double]? = nil, count: Int, constraints: SubsetConstraints = .none,
    seed: UInt64,
    budget: SearchBudget
  ) {
    self.moments = moments
    self.scale = scale
    self.count = count
    self.constraints = constraints
    self.seed = seed
    components = SharedComponents(moments, count: count, seed: seed)
    self.budget = budget
  }

  /// The first features of a ranking that the constraints allow, after those to keep.
  func first(of ranking: [Int]) throws -> [Int] {
    try constraints.validate(count: count, featureCount: moments.featureCount)
    let first = constraints.first(count, of: ranking)
    // A ranking can end in a corner where what is left conflicts with it.
    return first.count == count ? first : constraints.any(count, of: moments.featureCount)
  }
}
