import Communication
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import RunStore
import Tables
import Testing

/// What ends a run: numbers that are not finite, and ranks that drift apart.
@Suite struct TrainingFaultTests {
  /// One bad value of a table and the settings it is met with.
  struct BadValue: Sendable, CustomTestStringConvertible {
    let value: Float
    let problem: TrainingCase
    let ranks: Int
    var testDescription: String { "\(value), \(problem.name), \(ranks) ranks" }
  }

  static let badValues = [
    BadValue(value: .nan, problem: TrainingCase("soft"), ranks: 3),
    BadValue(value: .infinity, problem: TrainingCase("soft"), ranks: 1),
    BadValue(value: .nan, problem: TrainingCase("soft").divided(), ranks: 3),
    BadValue(value: -.infinity, problem: TrainingCase("dropout") { $0.decoder.dropout = 0.2 }, ranks: 2),
    BadValue(
      value: .nan, problem: TrainingCase("short batches", rows: 61) { $0.training.batchSize = 30 }, ranks: 7),
    // The loss does not see a feature that no selector holds; its gradient does.
    BadValue(
      value: .nan,
      problem: TrainingCase("hard classification", classes: 3) {
        $0.selector.hard = true
        $0.selector.k = 1
      }, ranks: 3),
  ]

  /// What a rank had when it ended.
  struct Ending: Sendable {
    var failure: (step: Int, ranks: [Int])?
    var message = ""
    var values: [[Float]]
    var valuesAfterLastStep: [[Float]]
  }

  @Test("a value that is not finite ends all ranks before the update", arguments: badValues)
  func nonFinite(_ bad: BadValue) throws {
    let problem = bad.problem.with { $0.output.checkpointEvery = 1 }
    let split = try problem.split
    let row = split.training[split.training.count / 2]
    let features = problem.part.table
    let table = SyntheticTable(rows: features.rowCount, features: features.schema.featureCount)
      .replacing(row: Int(row), feature: 11, by: bad.value)
    let damaged = problem.on(table)
    var (step, rank) = try Self.place(of: row, in: damaged, ranks: bad.ranks)
    let plan = problem.plan(ranks: bad.ranks, ranksPerNode: bad.ranks)
    if plan.dividesFeatures {
      rank = try #require(
        (0..<bad.ranks).first { plan.blocks.features(of: plan.blocks(rank: $0)).contains(11) })
    }

    let folder = try RunFolder()
    let directory = try folder.run()
    let endings = try InProcessWorld.run(ranks: bad.ranks) { communicator in
      try Self.ending(of: damaged, communicator, directory)
    }
    for ending in endings {
      #expect(ending.failure?.step == step)
      #expect(ending.failure?.ranks == [rank])
      #expect(ending.message.contains("step \(step)") && ending.message.contains("rank \(rank)"))
      #expect(ending.values.map(\.bits) == ending.valuesAfterLastStep.map(\.bits))
      #expect(ending.values.allSatisfy { $0.allSatisfy(\.isFinite) })
    }
    let newest = try directory.checkpoints.newest()
    #expect(newest?.checkpoint.step == (step == 0 ? nil : step))
    if let checkpoint = newest?.checkpoint {
      #expect(checkpoint.load().values().map(\.bits) == endings[0].values.map(\.bits))
    }
  }

  @Test("where ranks divide features, too, the state is left as it was before the step")
  func nonFiniteFeatures() throws {
    let problem = TrainingCase("soft").divided().with {
      $0.training.batchSize = 14
      $0.output.logEvery = 1_000_000
    }
    let order = try EpochOrder(
      rows: try problem.split.training, batchSize: 14, seed: problem.configuration.training.seed)
    order.prepare(epoch: 0)
    let badStep = 3
    let row = Int(order.withRows(at: order.batch(step: badStep)) { $0[5] })
    let damaged = problem.on(
      SyntheticTable(rows: 110, features: problem.shape.featureCount).replacing(
        row: row, feature: 2, by: .nan))
    #expect(damaged.plan(ranks: 2, ranksPerNode: 2).dividesFeatures)
    func values(stoppingBefore step: Int?) throws -> [[Float]] {
      try InProcessWorld.run(ranks: 2) { communicator in
        let memory = try damaged.startMemory(communicator)
        let trainer = try damaged.trainer(communicator, memory: memory)
        if let step {
          _ = try trainer.run(to: step)
        } else {
          #expect(throws: TrainingFailure.self) { try trainer.run() }
        }
        try communicator.barrier()
        return memory.state.values().flatMap { $0 }
      }
    }
    let expected = try values(stoppingBefore: badStep)
    let start = try damaged.startMemory().state.values().flatMap { $0 }
    #expect(expected[0].bits != start.bits)
    #expect(try values(stoppingBefore: nil).map(\.bits) == expected.map(\.bits))
  }

  @Test(
    "with skip, steps that meet a bad value change nothing but the step, on any ranks", arguments: [1, 2, 3])
  func skipped(ranks: Int) throws {
    let problem = TrainingCase("skip") {
      $0.training.onNonFinite = .skip
      $0.data.validationFraction = 0
    }
    let log = CapturedLog()
    let damaged = problem.on(SyntheticTable(rows: 110, features: 24).replacing(row: 7, feature: 3, by: .nan))
    let values = try InProcessWorld.run(ranks: ranks) { communicator in
      let memory = try damaged.startMemory(communicator)
      let trainer = try damaged.trainer(
        communicator, memory: memory, log: communicator.isRoot ? log.runLog : .silent)
      #expect(try trainer.run() == .completed)
      #expect(memory.state.step == (try damaged.plan).totalSteps)
      return memory.state.values().flatMap { $0 }
    }
    let alone = try InProcessWorld.run(ranks: 1) { communicator in
      let memory = try damaged.startMemory(communicator)
      _ = try damaged.trainer(communicator, memory: memory).run()
      return memory.state.values().flatMap { $0 }
    }
    #expect(values.allSatisfy { $0.allSatisfy(\.isFinite) && $0.bits == alone[0].bits })
    // One step of each epoch has the row.
    #expect(
      log.all.count { $0.contains("skipped: loss or gradient is not finite") }
        == damaged.configuration.training.epochs)
  }

  @Test("more than ten skipped steps in a row end the run as one would without skip")
  func skippedTooOften() throws {
    var table = SyntheticTable(rows: 110, features: 24)
    for row in 0..<110 { table = table.replacing(row: row, feature: 3, by: .infinity) }
    let problem = TrainingCase("skip") { $0.training.onNonFinite = .skip }.on(table)
    let outcomes = InProcessWorld.outcomes(ranks: 2) { communicator in
      _ = try problem.trainer(communicator, memory: try problem.startMemory(communicator)).run()
    }
    for outcome in outcomes {
      guard case .failure(let error) = outcome,
        case TrainingFailure.nonFinite(10, [0, 1], _)? = error as? TrainingFailure
      else {
        Issue.record("\(outcome)")
        continue
      }
    }
  }

  private static func ending(
    of problem: TrainingCase, _ communicator: any Communicator, _ directory: RunDirectory
  ) throws -> Ending {
    let memory = try problem.startMemory(communicator)
    var last = memory.state.values()
    let recorder =
      communicator.isRoot
      ? try Recorder(
        directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
        log: .silent) : nil
    let observer = CallbackObserver { _ in last = memory.state.values() }
    let trainer = try problem.trainer(communicator, memory: memory, recorder: recorder, observer: observer)
    var ending = Ending(values: [], valuesAfterLastStep: [])
    do {
      _ = try trainer.run()
    } catch let failure as TrainingFailure {
      ending.message = "\(failure)"
      if case .nonFinite(let step, let ranks, _) = failure { ending.failure = (step, ranks) }
    }
    ending.values = memory.state.values()
    ending.valuesAfterLastStep = last
    return ending
  }

  /// The step and the rank that first meet a row.
  private static func place(
    of row: UInt32, in problem: TrainingCase, ranks: Int
  ) throws -> (step: Int, rank: Int) {
    let training = problem.configuration.training
    let order = try EpochOrder(
      rows: try problem.split.training, batchSize: training.batchSize, seed: training.seed)
    order.prepare(epoch: 0)
    let plan = problem.plan(ranks: ranks, ranksPerNode: ranks)
    for step in 0..<order.stepsPerEpoch {
      for rank in 0..<ranks {
        for microBatch in plan.microBatches(node: 0, rank: rank) {
          let places = plan.rows(of: microBatch, in: order.batch(step: step))
          if order.withRows(at: places, { $0.contains(row) }) { return (step, rank) }
        }
      }
    }
    throw CancellationError()
  }

  /// A change of one rank's state behind its back.
  struct Drift: Sendable, CustomTestStringConvertible {
    let rank: Int
    let afterStep: Int
    /// A parameter by its place in the flat buffer, or the last one.
    let parameter: Int?
    let bit: UInt32
    var testDescription: String { "bit \(bit) on rank \(rank) after step \(afterStep)" }
  }

  // A last bit of a parameter that goes on moving can heal by rounding, so those are changed just before the
  // comparison of step 50 or 100.
  static let drifts = [
    Drift(rank: 1, afterStep: 49, parameter: 0, bit: 0),
    Drift(rank: 2, afterStep: 48, parameter: nil, bit: 0),
    Drift(rank: 0, afterStep: 57, parameter: 200, bit: 18),
    Drift(rank: 2, afterStep: 51, parameter: nil, bit: 22),
    Drift(rank: 1, afterStep: 120, parameter: 17, bit: 31),
  ]

  @Test(
    "a bit that changes in the copy that ranks share, after they wrote it, is found before it is saved",
    arguments: [1, 2, 3], [14, 49])
  func corrupted(ranks: Int, step: Int) throws {
    let problem = TrainingCase("corruption", rows: 110) {
      $0.training.batchSize = 1
      $0.training.epochs = 3
      $0.output.checkpointEvery = 7
    }
    for parameter in [0, problem.shape.featureCount + 1, -1] {
      let folder = try RunFolder()
      let directory = try folder.run()
      let outcomes = InProcessWorld.outcomes(ranks: ranks, ranksPerNode: ranks) { communicator in
        let memory = try problem.startMemory(communicator)
        let recorder =
          communicator.isRoot
          ? try Recorder(
            directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
            log: .silent) : nil
        let observer = CallbackObserver { done in
          guard communicator.isRoot, done == step else { return }
          let parameters = memory.state.model.parameters
          let tensors = memory.state.model.layout.tensors
          let last = tensors[tensors.count - 1]
          let place = parameter < 0 ? last.offset + last.count - 1 : parameter
          parameters.base[place] = Float(bitPattern: parameters.base[place].bitPattern ^ 1)
        }
        _ = try problem.trainer(communicator, memory: memory, recorder: recorder, observer: observer).run()
      }
      guard case .failure(let error) = outcomes[0],
        case TrainingFailure.corrupted(let found, _, ranks)? = error as? TrainingFailure
      else {
        Issue.record("\(outcomes[0])")
        continue
      }
      #expect(found == step)
      #expect(directory.checkpoints.steps().allSatisfy { $0 < step })
    }
  }

  @Test("one changed bit is found within 50 steps and never saved", arguments: drifts, [0, 7])
  func desynchronized(_ drift: Drift, checkpointEvery: Int) throws {
    let problem = TrainingCase("drift", rows: 110) {
      $0.training.batchSize = 1
      $0.training.epochs = 3
      $0.output.checkpointEvery = checkpointEvery
    }
    let folder = try RunFolder()
    let directory = try folder.run()
    let outcomes = InProcessWorld.outcomes(ranks: 3) { communicator in
      // Ranks that share memory hold one copy and cannot differ.
      let memory = try problem.startMemory(communicator, sharesMemory: false)
      let recorder =
        communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: problem.configuration, facts: try problem.facts, step: 0,
          log: .silent) : nil
      let observer = CallbackObserver { step in
        guard communicator.rank == drift.rank, step == drift.afterStep else { return }
        let slot = memory.state.model.layout.tensors[memory.state.model.layout.tensors.count - 1]
        let place = drift.parameter ?? (slot.offset + slot.count - 1)
        let value = memory.state.model.parameters.base[place]
        memory.state.model.parameters.base[place] = Float(bitPattern: value.bitPattern ^ (1 << drift.bit))
      }
      _ = try problem.trainer(communicator, memory: memory, recorder: recorder, observer: observer).run()
    }
    for (rank, outcome) in outcomes.enumerated() {
      guard case .failure(let error) = outcome,
        case TrainingFailure.desynchronized(let step, let digests)? = error as? TrainingFailure
      else {
        Issue.record("rank \(rank) ended with \(outcome)")
        continue
      }
      #expect(step >= drift.afterStep && step - drift.afterStep <= 50)
      let others = [0, 1, 2].filter { $0 != drift.rank }.map(String.init).joined(separator: ", ")
      #expect(digests.contains("rank \(drift.rank): ") && digests.contains("rank \(others): "), "\(digests)")
    }
    #expect(directory.checkpoints.steps().allSatisfy { $0 <= drift.afterStep })
    if checkpointEvery > 0, drift.afterStep > checkpointEvery {
      #expect(directory.checkpoints.steps().last == drift.afterStep / checkpointEvery * checkpointEvery)
    }
  }
}
