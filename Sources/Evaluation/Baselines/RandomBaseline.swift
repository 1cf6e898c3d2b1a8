import CounterRandom

/// Features drawn at random: what any method has to beat.
package struct RandomBaseline: Baseline {
  /// The baseline.
  package init() {}

  package let name = "random"
  package let summary = "drawn at random, mean of 10"
  private static let draws = 10

  package func select(_ input: BaselineInput) throws -> [[Int]] {
    try (0..<Self.draws).map { draw in
      var ranking = (0..<UInt32(input.moments.featureCount)).map { $0 }
      ranking.shuffle(by: RandomStream(seed: input.seed, purpose: .baseline, step: draw))
      return try input.first(of: ranking.map(Int.init))
    }
  }
}
