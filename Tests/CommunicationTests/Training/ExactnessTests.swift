import Communication
import DistributedTraining
import RunStore
import Testing

/// Nothing depends on how many ranks there are and where they lie: not a bit.
@Suite struct ExactnessTests {
  /// Ranks, and how many of them are on a node.
  static let layouts = [
    (1, 1), (2, 2), (2, 1), (3, 3), (3, 2), (4, 2), (5, 5), (7, 1), (8, 4), (8, 8), (16, 4), (16, 1),
  ]

  static let cases =
    (TrainingCase.variants
    + TrainingCase.variants.filter(\.canBeDivided).map { $0.divided() } + [
      TrainingCase("more blocks", features: 300) { $0.selector.hard = true }.divided(8)
    ]).map { problem in
      problem.with {
        $0.training.epochs = 3
        $0.training.microBatches = min(5, $0.training.batchSize)
      }
    }

  /// What a run on so many ranks ends with: parameters of every rank, and rank 0's metrics without times.
  private struct Result: Sendable {
    var parameters: [UInt32]
    var metrics: [[Double]]
    var best: BestLoss?
  }

  private static func run(
    _ problem: TrainingCase, ranks: Int, ranksPerNode: Int, sharesMemory: Bool = true
  ) throws -> [Result] {
    try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let folder = try RunFolder()
      let directory = try folder.run()
      let recorder =
        communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
          log: .silent) : nil
      let observer = CallbackObserver()
      let memory = try problem.startMemory(communicator, sharesMemory: sharesMemory)
      let trainer = try problem.trainer(communicator, memory: memory, recorder: recorder, observer: observer)
      #expect(try trainer.run() == .completed)
      let metrics = observer.records.map {
        [Double($0.step), $0.loss, $0.objective.value, $0.gjs, $0.meanMax, Double($0.distinct)]
          + $0.validation.map(\.value)
      }
      return Result(
        parameters: trainer.state.parameterValues().bits, metrics: metrics, best: memory.state.best)
    }
  }

  @Test("the bits of the plainest loop, on any number of ranks anywhere", arguments: cases)
  func sameBits(_ problem: TrainingCase) throws {
    let problem = problem.with { $0.output.logEvery = 3 }
    let expected = try PlainTraining.parameters(
      problem, microBatches: problem.configuration.training.microBatches
    ).bits
    let alone = try Self.run(problem, ranks: 1, ranksPerNode: 1)[0]
    #expect(!alone.metrics.isEmpty)
    for (ranks, ranksPerNode) in Self.layouts {
      let all = try Self.run(problem, ranks: ranks, ranksPerNode: ranksPerNode)
      let layout = "\(ranks) ranks, \(ranksPerNode) on a node"
      for rank in all.indices { #expect(all[rank].parameters == expected, "rank \(rank) of \(layout)") }
      #expect(all[0].metrics == alone.metrics, "\(layout)")
      #expect(all.allSatisfy { $0.best == alone.best }, "\(layout)")
    }
    let copies = try Self.run(problem, ranks: 3, ranksPerNode: 3, sharesMemory: false)
    #expect(copies.allSatisfy { $0.parameters == expected }, "3 ranks with copies of their own")
  }

  @Test(
    "any number of micro-batches on any number of ranks",
    arguments: [1, 2, 3, 4, 6, 7, 8, 11, 13, 16, 32],
    [(1, 1), (2, 2), (3, 1), (5, 5), (6, 2), (9, 3), (12, 1)])
  func microBatches(_ microBatches: Int, layout: (Int, Int)) throws {
    let problem = TrainingCase("micro-batches") {
      $0.training.microBatches = microBatches
      $0.training.epochs = 1
      $0.data.validationFraction = 0
    }
    for problem in [problem, problem.divided(3)] {
      let expected = try PlainTraining.parameters(problem, microBatches: microBatches).bits
      for parameters in try problem.parameters(ranks: layout.0, ranksPerNode: layout.1) {
        #expect(parameters.bits == expected)
      }
    }
  }

  @Test("micro-batches of the most rows, added to each other")
  func largest() throws {
    let problem = TrainingCase("largest", rows: 700, features: 60) {
      $0.training.batchSize = 512
      $0.training.epochs = 3
    }
    for problem in [problem, problem.divided(2)] {
      let expected = try PlainTraining.parameters(
        problem, microBatches: problem.plan(ranks: 1, ranksPerNode: 1).tree.leaves
      ).bits
      for (ranks, ranksPerNode) in [(1, 1), (2, 2), (3, 1)] {
        for parameters in try problem.parameters(ranks: ranks, ranksPerNode: ranksPerNode) {
          #expect(parameters.bits == expected, "\(problem.name), \(ranks) ranks")
        }
      }
    }
  }

  @Test("another number of micro-batches or of blocks gives other bits: the measure sees it")
  func measureSees() throws {
    let problem = TrainingCase("sees") {
      $0.training.epochs = 3
      $0.training.microBatches = 5
    }
    let fewer = problem.with { $0.training.microBatches = 4 }
    let bits = try problem.parameters(ranks: 1)[0].bits
    #expect(try fewer.parameters(ranks: 1)[0].bits != bits)
    #expect(try problem.divided().parameters(ranks: 1)[0].bits != bits)
  }
}
