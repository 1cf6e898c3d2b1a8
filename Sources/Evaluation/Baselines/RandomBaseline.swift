import CounterRandom

/// Features drawn at random: what any method has to beat.
struct RandomBaseline: Baseline {
  let name = "random"
  let summary = "drawn at random, mean of 10"
  private static let draws = 10

  func select(_ input: BaselineInput) throws -> [[Int]] {
    try (0..<Self.draws).map { draw in
      var ranking = (0..<UInt32(input.moments.featureCount)).map { $0 }
      ranking.shuffle(by: RandomStream(seed: input.seed, purpose: .baseline, step: draw))
      return try input.first(of: ranking.map(Int.init))
    }
  }
}
