import Communication
import DistributedTraining
import Testing

/// How often ranks talk: one all-reduce a step, one broadcast an epoch, one all-reduce a validation.
@Suite struct CollectiveCountTests {
  @Test("one all-reduce a step whatever the settings", arguments: TrainingCase.variants, [1, 3])
  func counts(_ problem: TrainingCase, ranks: Int) throws {
    let plan = try problem.plan
    let epochs = problem.configuration.training.epochs
    let validations = plan.validationRows > 0 ? epochs : 0
    let counts = try InProcessWorld.run(ranks: ranks) { communicator in
      let counting = CountingCommunicator(communicator)
      _ = try problem.trainer(counting).run()
      return Collective.allCases.map { counting[$0].calls }
    }
    let expected: [Collective: Int] = [.allReduce: plan.totalSteps + validations, .broadcast: epochs]
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
    let counts = try InProcessWorld.run(ranks: 2) { communicator in
      let counting = CountingCommunicator(communicator)
      let recorder =
        communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
          logger: .silent) : nil
      _ = try problem.trainer(counting, recorder: recorder).run()
      return counting[.allReduce].calls
    }
    #expect(counts == Array(repeating: plan.totalSteps + problem.configuration.training.epochs, count: 2))
    #expect(directory.checkpoints.steps().last == plan.totalSteps)
  }
}
