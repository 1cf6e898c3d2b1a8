import Communication
import RunStore
import Testing

/// How often ranks talk: three barriers a step within a node, and more where ranks divide the features or where logits
/// follow from other parameters; one exchange and one all-gather a step across nodes, one broadcast an epoch, one all-reduce a
/// validation.
@Suite struct CollectiveCountTests {
  /// Ranks, ranks on a node, and what a step then takes.
  struct Layout: Sendable, CustomTestStringConvertible {
    let ranks: Int
    let ranksPerNode: Int
    let exchanges: Int
    let barriers: Int
    var testDescription: String { "\(ranks) ranks, \(ranksPerNode) on a node" }
  }

  static let layouts = [
    Layout(ranks: 1, ranksPerNode: 1, exchanges: 0, barriers: 0),
    Layout(ranks: 3, ranksPerNode: 1, exchanges: 1, barriers: 0),
    Layout(ranks: 3, ranksPerNode: 3, exchanges: 0, barriers: 3),
    Layout(ranks: 4, ranksPerNode: 2, exchanges: 1, barriers: 3),
    Layout(ranks: 5, ranksPerNode: 2, exchanges: 1, barriers: 0),
  ]

  /// Meetings while features are divided: U, the gradient of U, softmax sums, and around the last layer if it ends in
  /// features. Between the steps from the logits' gradient to the logits where they are indirect.
  private static func barriers(_ problem: TrainingCase, _ layout: Layout) -> Int {
    guard layout.barriers > 0 else { return 0 }
    if problem.shape.indirectSize != nil { return layout.barriers + 4 }
    guard problem.plan(ranks: layout.ranks, ranksPerNode: layout.ranksPerNode).dividesFeatures else {
      return layout.barriers
    }
    return layout.barriers + (problem.shape.outputsAreFeatures ? 5 : 3)
  }

  @Test(
    "the same collectives a step whatever the settings",
    arguments: TrainingCase.variants + TrainingCase.variants.filter(\.canBeDivided).map { $0.divided() },
    layouts)
  func counts(_ problem: TrainingCase, layout: Layout) throws {
    let plan = try problem.plan
    let epochs = problem.configuration.training.epochs
    let validations = plan.validationRows > 0 ? epochs : 0
    let counts = try InProcessWorld.run(ranks: layout.ranks, ranksPerNode: layout.ranksPerNode) {
      communicator in
      let counting = CountingCommunicator(communicator)
      let memory = try problem.startMemory(counting)
      counting.reset()
      _ = try problem.trainer(counting, memory: memory).run()
      return Collective.allCases.map { counting[$0].calls }
    }
    let barriers = Self.barriers(problem, layout)
    let exchanges = plan.totalSteps * layout.exchanges
    // The first selection of an epoch cannot be drawn ahead and needs a meeting of its own.
    let expected: [Collective: Int] = [
      .allReduce: validations, .broadcast: epochs, .exchange: exchanges, .allGather: exchanges,
      .synchronize: barriers == 0 ? 0 : plan.totalSteps * barriers + epochs,
    ]
    for rank in counts.indices {
      #expect(counts[rank] == Collective.allCases.map { expected[$0] ?? 0 }, "rank \(rank)")
    }
  }

  @Test("saving and writing metrics at every step needs no further collective")
  func savingIsFree() throws {
    let problem = TrainingCase("saving") {
      $0.output.checkpointEvery = 1
      $0.output.logEvery = 1
    }
    let plan = try problem.plan
    let folder = try RunFolder()
    let directory = try folder.run()
    let counts = try InProcessWorld.run(ranks: 2, ranksPerNode: 1) { communicator in
      let counting = CountingCommunicator(communicator)
      let memory = try problem.startMemory(counting)
      counting.reset()
      let recorder =
        communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
          log: .silent) : nil
      _ = try problem.trainer(counting, memory: memory, recorder: recorder).run()
      return counting[.allReduce].calls
    }
    #expect(counts == Array(repeating: problem.configuration.training.epochs, count: 2))
    #expect(directory.checkpoints.steps().last == plan.totalSteps)
  }
}
