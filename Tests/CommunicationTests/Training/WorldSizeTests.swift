import Communication
import Testing

/// What a run learns does not depend on the number of ranks, but for the order of additions.
///
/// The measure is |p - q| / |q - p0| over all parameters: p at the end on several ranks, q on one rank, p0 at the
/// start. Rounding differences grow along a run, and faster where Adam divides tiny gradients by their size, so
/// the runs have small rates, moderate temperatures and about 200 steps. There the measure is about 1e-6, and a
/// single changed value of the table makes it 4e-2.
@Suite struct WorldSizeTests {
  static let bound = 2e-5
  static let cases = (TrainingCase.variants + TrainingCase.variants.map(\.wide)).map { problem in
    problem.with { configuration in
      let steps = (try? problem.plan.stepsPerEpoch) ?? 1
      configuration.training.epochs = (200 + steps - 1) / steps
      configuration.optimizer.learningRate = 0.001
      configuration.optimizer.selectorLearningRate = 0.01
    }
  }

  static func measure(_ p: [Float], _ q: [Float], start: [Float]) -> Double {
    func norm(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }
    return norm(p, q) / norm(q, start)
  }

  @Test("the same parameters on 1, 2, 3, 4, 5 and 7 ranks, however they lie on nodes", arguments: cases)
  func sameParameters(_ problem: TrainingCase) throws {
    let start = try problem.startMemory().state.parameterValues()
    let alone = try problem.parameters(ranks: 1)[0]
    // One node, a node for each rank, even nodes, and nodes of different sizes.
    for (ranks, ranksPerNode) in [(2, 2), (2, 1), (3, 3), (4, 4), (4, 2), (5, 2), (7, 7), (7, 1)] {
      let all = try problem.parameters(ranks: ranks, ranksPerNode: ranksPerNode)
      let distance = Self.measure(all[0], alone, start: start)
      #expect(distance < Self.bound, "\(ranks) ranks, \(ranksPerNode) on a node")
      for rank in 1..<ranks {
        #expect(
          all[rank].bits == all[0].bits, "rank \(rank) of \(ranks) against rank 0")
      }
    }
  }

  @Test("and with slices that are long enough to be worked on where they lie")
  func longSlices() throws {
    let problem = TrainingCase("long", rows: 40, features: 4_200) {
      $0.training.epochs = 3
      $0.training.batchSize = 8
      $0.optimizer.learningRate = 0.001
      $0.optimizer.selectorLearningRate = 0.01
    }
    let start = try problem.startMemory().state.parameterValues()
    let alone = try problem.parameters(ranks: 1)[0]
    for (ranks, ranksPerNode) in [(2, 2), (3, 3), (4, 2)] {
      #expect(problem.division(ranks: ranks, ranksPerNode: ranksPerNode) == .features)
      let all = try problem.parameters(ranks: ranks, ranksPerNode: ranksPerNode)
      #expect(Self.measure(all[0], alone, start: start) < Self.bound, "\(ranks) ranks")
      #expect(all.allSatisfy { $0.bits == all[0].bits })
    }
  }

  @Test("the measure sees another seed and a single changed value", arguments: [cases[0]])
  func measureSees(_ problem: TrainingCase) throws {
    let start = try problem.startMemory().state.parameterValues()
    let alone = try problem.parameters(ranks: 1)[0]
    let table = SyntheticTable(rows: 110, features: 24)
    let row = Int(try #require(try problem.split.training.first))
    let other = problem.on(table.replacing(row: row, feature: 3, by: 1))
    #expect(Self.measure(try other.parameters(ranks: 1)[0], alone, start: start) > 100 * Self.bound)
    let reseeded = problem.with { $0.training.seed = 5 }
    #expect(Self.measure(try reseeded.parameters(ranks: 1)[0], alone, start: start) > 10_000 * Self.bound)
  }
}
