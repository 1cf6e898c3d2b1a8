import Communication
import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import RunSettings
import Testing

/// A rank whose gradients are wrong is told by the next one, which works out the same micro-batch.
struct SpotCheckTests {
  /// Ranks, how many are on a node, and how many blocks the features are.
  struct Layout: Sendable, CustomTestStringConvertible {
    let ranks: Int
    let ranksPerNode: Int
    let blocks: Int
    var testDescription: String { "\(ranks) ranks, \(ranksPerNode) on a node, \(blocks) blocks" }
  }

  /// Ranks that divide rows, be it that features are divided by none.
  static let layouts =
    [(2, 1), (3, 3), (3, 1), (4, 2)].map { Layout(ranks: $0, ranksPerNode: $1, blocks: 1) } + [
      Layout(ranks: 2, ranksPerNode: 1, blocks: 3)
    ]

  private static func problem(_ layout: Layout, epochs: Int) -> TrainingCase {
    TrainingCase("spot checks", rows: 96, features: 10) {
      $0.data.validationFraction = 0
      $0.training.epochs = epochs
      $0.training.microBatches = 5
      $0.decoder.dropout = 0.2
    }.divided(layout.blocks)
  }

  @Test(
    "a rank that computes with wrong numbers ends the run at the first check that it has a part in",
    arguments: layouts)
  func wrongGradient(_ layout: Layout) throws {
    let problem = Self.problem(layout, epochs: 200)
    let faulty = layout.ranks - 1
    var table = SyntheticTable(rows: 96, features: 10)
    for row in 0..<96 { table = table.replacing(row: row, feature: 3, by: 0.25) }
    let wrong = problem.on(table)
    let check = try #require(
      SpotCheck(problem.plan(ranks: layout.ranks, ranksPerNode: layout.ranksPerNode)))
    // Its own gradient, or that of the rank before it which it works out again, whichever comes first.
    let first = try #require(
      (0..<1000).first { step in
        check.subject(step: step).map { $0.place == faulty || $0.checker == faulty } ?? false
      })
    expectBlame(at: first, ranks: layout.ranks, ranksPerNode: layout.ranksPerNode) {
      $0 == faulty ? wrong : problem
    } of: {
      $0 == faulty || $1 == faulty
    }
  }

  /// Ranks with problems of their own all end at step `first`, with a rank and its checker that are the right ones.
  private func expectBlame(
    at first: Int, ranks: Int, ranksPerNode: Int, problem: @escaping @Sendable (Int) -> TrainingCase,
    of isRight: (Int, Int) -> Bool
  ) {
    let outcomes = InProcessWorld.outcomes(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let own = problem(communicator.rank)
      let memory = try own.startMemory(communicator)
      _ = try own.trainer(communicator, memory: memory).run()
    }
    for outcome in outcomes {
      guard case .failure(let error) = outcome,
        case TrainingFailure.wrongGradient(let step, let rank, let checker, _)? = error as? TrainingFailure
      else {
        Issue.record("\(outcome)")
        continue
      }
      #expect(step == first)
      #expect(isRight(rank, checker))
      #expect("\(error)".contains("ranks \(rank) and \(checker) work out different gradients"))
    }
  }

  @Test("ranks that compute right are never blamed", arguments: layouts)
  func rightGradients(_ layout: Layout) throws {
    let problem = Self.problem(layout, epochs: 100)
    let ends = try InProcessWorld.run(ranks: layout.ranks, ranksPerNode: layout.ranksPerNode) {
      communicator in
      let memory = try problem.startMemory(communicator)
      return try problem.trainer(communicator, memory: memory).run() == .completed
    }
    #expect(ends.allSatisfy { $0 })
  }

  /// What ranks that divide features train.
  static let dividing: [(String, @Sendable (inout RunConfiguration) -> Void)] = [
    ("plain", { _ in }),
    (
      "diversity, both dropouts, hard",
      {
        ($0.selector.gjsWeight, $0.selector.logitsDropout, $0.selector.hard) = (0.3, 0.2, true)
        $0.decoder.dropout = 0.2
      }
    ),
    ("two hidden layers, layer norm", { ($0.decoder.hidden, $0.decoder.layerNorm) = ([9, 7], true) }),
    ("cold", { ($0.temperature.start, $0.temperature.end) = (0.05, 0.02) }),
  ]

  private static func wide(_ change: (inout RunConfiguration) -> Void) -> TrainingCase {
    TrainingCase("spot checks of features", rows: 96, features: 300) {
      $0.data.validationFraction = 0
      $0.training.epochs = 200
      change(&$0)
    }.divided(7)
  }

  @Test("ranks that divide features and compute right are never blamed", arguments: [2, 3], dividing.indices)
  func rightFeatures(ranks: Int, kind: Int) throws {
    let problem = Self.wide(Self.dividing[kind].1)
    #expect(problem.plan(ranks: ranks, ranksPerNode: ranks).dividesFeatures)
    let ends = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranks) { communicator in
      let memory = try problem.startMemory(communicator)
      #expect(memory.checksSpots)
      return try problem.trainer(communicator, memory: memory).run() == .completed
    }
    #expect(ends.allSatisfy { $0 })
  }

  @Test(
    "a rank whose features are wrong ends the run when its turn comes", arguments: [(2, 2), (3, 3), (4, 2)])
  func wrongFeatures(ranks: Int, ranksPerNode: Int) throws {
    let problem = Self.wide { _ in }
    let faulty = ranks - 1
    var table = SyntheticTable(rows: 96, features: 300)
    for row in 0..<96 { table = table.replacing(row: row, feature: 299, by: 0.25) }
    let wrong = problem.on(table)
    let check = try #require(SpotCheck(problem.plan(ranks: ranks, ranksPerNode: ranksPerNode)))
    let first = try #require((0..<2000).first { check.subject(step: $0)?.place == faulty })
    expectBlame(at: first, ranks: ranks, ranksPerNode: ranksPerNode) {
      $0 == faulty ? wrong : problem
    } of: { rank, checker in
      rank == faulty && checker / ranksPerNode == faulty / ranksPerNode && checker != faulty
    }
  }

  @Test(
    "every rank gets its turn, always checked by another, at less than 1% of the work",
    arguments: [2, 3, 5, 16, 40])
  func turns(ranks: Int) throws {
    let whole = FeatureBlocks(featureCount: 64, count: 1)
    for microBatches in [16, 40] {
      let plan = ReductionPlan(microBatches: microBatches, blocks: whole, nodeCount: ranks, ranksPerNode: 1)
      let check = try #require(SpotCheck(plan))
      let most = (0..<ranks).map { plan.microBatches(node: $0, rank: 0).count }.max() ?? 0
      #expect(check.interval * most >= 101)
      let subjects = (0..<check.interval * 64 * plan.tree.leaves).compactMap { check.subject(step: $0) }
      // A gradient that is added to another cannot be seen by itself; every second one at the most is.
      let own = (0..<ranks).map { plan.microBatches(node: $0, rank: 0) }
      #expect(Set(subjects.map(\.place)) == Set((0..<ranks).filter { !own[$0].isEmpty }))
      #expect(2 * Set(subjects.map(\.microBatch)).count >= microBatches)
      for subject in subjects {
        #expect(subject.place != subject.checker && (0..<ranks).contains(subject.checker))
        #expect(own[subject.place].contains(subject.microBatch))
      }
    }
    #expect(
      SpotCheck(ReductionPlan(microBatches: 4, blocks: whole, nodeCount: 1, ranksPerNode: 1)) == nil)
    for nodes in [1, 3] {
      let plan = ReductionPlan(
        microBatches: 4, blocks: FeatureBlocks(featureCount: 64, count: 8), nodeCount: nodes,
        ranksPerNode: ranks)
      let check = try #require(SpotCheck(plan))
      #expect(check.interval >= 101)
      let subjects = (0..<check.interval * plan.worldSize).compactMap { check.subject(step: $0) }
      #expect(subjects.map(\.place) == Array(0..<plan.worldSize))
      for subject in subjects {
        #expect(subject.place != subject.checker && subject.place / ranks == subject.checker / ranks)
      }
    }
  }
}
