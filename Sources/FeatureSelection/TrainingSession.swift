import AtomicFile
import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import Foundation
import LinearAlgebra
import RankSetup
import RunSettings
import RunStore
import Tables

/// Everything a run needs before its first step, brought to agreement over the ranks.
///
/// A fault of one rank's (a missing file on its node, say) ends all ranks: the lowest failing rank throws its own
/// error and the others `PeerFailure`.
package final class TrainingSession {
  /// Every setting; equal on all ranks.
  package private(set) var configuration: RunConfiguration
  /// The rows, open on every rank.
  package let dataset: Dataset
  /// The rows that the result is tried on, open on every rank; nothing looks at them before.
  package let held: HeldOutRows
  /// Steps and what holds at each.
  package private(set) var plan: RunPlan
  /// What every selection obeys.
  package let constraints: SubsetConstraints
  /// Where the run starts from.
  package var state: ModelState { memory.state }
  /// What the run's files say about the data.
  package var facts: RunFacts
  /// The run's files.
  package let directory: RunDirectory
  /// Lines for the user; on rank 0 alone.
  package let notes: [String]
  /// The program's version.
  let programVersion: String
  /// How this rank computes.
  package let environment: RankEnvironment

  /// What rank 0 keeps of the run while it goes on; nil before training, and on other ranks.
  package private(set) var recorder: Recorder?
  let memory: TrainingMemory
  private let communicator: any Communicator
  let watchdog: Watchdog
  let log: RunLog
  private let lock: RunLock?

  /// Prepares a run; every rank must call. Only rank 0's `request` counts.
  package init(
    request: () throws -> ConfigurationRequest, programVersion: String, communicator: any Communicator,
    log: RunLog
  ) throws {
    self.communicator = communicator
    self.programVersion = programVersion
    self.log = log
    let resolved = try communicator.agree(phase: "reading the settings") {
      communicator.isRoot ? try request().resolve() : nil
    }
    for warning in resolved?.warnings ?? [] { log.warning("\(warning)") }
    let text = try communicator.broadcast(
      resolved.map { ConfigurationFile.text(of: $0.configuration) } ?? "")
    let received = try ConfigurationFile(text: text, path: "settings from rank 0")
    var configuration = try received.wholeConfiguration()
    watchdog = try Watchdog(limit: configuration.output.stallTimeout, communicator: communicator)
    watchdog.pause(phase: "reading the data")
    try DataStaging.run(&configuration, communicator, log: log)
    watchdog.begin(stage: "opening the data")
    let input = try TrainingInput(&configuration, communicator: communicator)
    environment = try RankEnvironment(
      usefulRanks: configuration.usefulRanks(featureCount: input.shape.featureCount),
      programVersion: programVersion, communicator: communicator)
    self.configuration = configuration
    dataset = input.dataset
    constraints = input.constraints
    try communicator.requireEqual(input.description.identity)
    plan = RunPlan(
      configuration: configuration, trainingRows: dataset.split.training.count,
      validationRows: dataset.split.validation.count)
    facts = RunFacts(
      data: input.description, stepsPerEpoch: plan.stepsPerEpoch, start: resolved?.checkpoint?.facts.start)

    // What does not fit is told now, not when the training is done.
    held = try communicator.agree(phase: "opening the test rows") { [dataset, configuration] in
      try dataset.testRows(configuration, input.description)
    }
    watchdog.begin(stage: "preparing the run")
    directory = RunDirectory(path: configuration.output.runDirectory)
    let checkpoint = resolved?.checkpoint
    let directory = directory
    let (lock, loaded, given) = try communicator.agree(phase: "preparing the run directory") {
      [configuration] () -> (RunLock?, ModelState?, [Int]) in
      guard communicator.isRoot else { return (nil, nil, []) }
      let loaded = try checkpoint.map { try Self.load($0, input) }
      let given = try loaded == nil ? input.givenFeatures(configuration) : []
      try directory.create()
      let lock = try RunLock(directory)
      try AtomicFile.write(ConfigurationFile.text(of: configuration), to: directory.configuration)
      return (lock, loaded, given)
    }
    self.lock = lock
    memory = try TrainingMemory.start(
      loaded: loaded, given: given, input: input, configuration: configuration, communicator: communicator)
    notes =
      (resolved?.notes ?? []) + dataset.notes + [input.classNote].compactMap(\.self)
      + (communicator.isRoot && resolved?.checkpoint == nil
        ? ColumnFindings(dataset.table, rows: dataset.split.training).notes(dataset.schema) : [])
      + environment.notes
      + [
        checkpoint.flatMap { Self.kernelNote($0) }, Self.idleNote(memory.topology.plan),
        plan.convergenceWarning(featureCount: input.shape.featureCount),
        memory.topology.refusal.map {
          "each rank keeps a copy of the training state of its own, which is slower: \($0)"
        },
      ].compactMap { $0 }
  }

  /// Starts the selectors near `features`, one a selector; every rank must call, before the first step. Only rank 0's
  /// features count.
  package func startSelectors(near features: [Int]) throws {
    (state.step, state.best, state.interval) = (0, nil, LossSums())
    if communicator.isRoot {
      for (prefix, buffer) in state.buffers where prefix != "" {
        buffer.base.update(repeating: 0, count: buffer.count)
      }
      state.model.initialize(
        seed: configuration.training.seed, logits: configuration.selector.initialLogits,
        warmStart: features.isEmpty ? constraints.keep : features, never: constraints.excluded)
    }
    try memory.distribute()
  }

  /// Plans another round of the schedule's second half; every rank must call, after the planned steps.
  func planRound() throws {
    configuration.training.scheduleEpochs = configuration.training.plannedEpochs
    configuration.training.epochs += plan.roundEpochs
    plan = RunPlan(
      configuration: configuration, trainingRows: plan.trainingRows, validationRows: plan.validationRows)
    try communicator.agree(phase: "writing the settings") {
      guard communicator.isRoot else { return }
      try AtomicFile.write(ConfigurationFile.text(of: configuration), to: directory.configuration)
    }
  }

  /// A loop of `steps` steps from the state as it stands that leaves nothing but the state; every rank must call.
  func makeTrial(
    _ configuration: RunConfiguration, steps: Int, trainsSelectors: Bool = true
  ) throws -> Trainer {
    try Trainer(
      configuration: configuration, communicator: communicator,
      dataset: dataset.dividing(RowSplit(training: dataset.split.training)),
      memory: memory, recorder: nil, observer: nil, watchdog: watchdog, log: log, steps: steps,
      trainsSelectors: trainsSelectors)
  }

  /// The loop over this session; every rank must call, rank 0 with its observer.
  package func makeTrainer(observer: (any TrainingObserver)?) throws -> Trainer {
    recorder = try communicator.agree(phase: "opening the metrics") {
      communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: configuration, facts: facts, step: state.step, log: log)
        : nil
    }
    return try Trainer(
      configuration: configuration, communicator: communicator, dataset: dataset, memory: memory,
      recorder: recorder, observer: observer, watchdog: watchdog, log: log)
  }

  /// Gives its memory back; every rank must call, and uses the session no more.
  func free() throws { try memory.free() }

  /// Ends the watch over stalled ranks.
  func endWatch() { watchdog.stop() }

  private static func load(_ checkpoint: Checkpoint, _ input: TrainingInput) throws -> ModelState {
    for (begun, now) in zip(checkpoint.facts.data.identity, input.description.identity)
    where begun.value != now.value {
      throw CheckpointError(
        path: checkpoint.path,
        problem: "the run was begun on other data (--data; \(begun.name) \(begun.value.prefix(12))..., now "
          + "\(now.value.prefix(12))...): give it the same data, or start another run in another --run-dir")
    }
    guard checkpoint.shape == input.shape else {
      throw CheckpointError(path: checkpoint.path, problem: "its tensors do not have the sizes of this run")
    }
    return checkpoint.load()
  }

  private static func idleNote(_ plan: ReductionPlan) -> String? {
    guard plan.idleRanks > 0 else { return nil }
    let parts =
      "a batch has \(plan.tree.leaves) micro-batches"
      + (plan.dividesFeatures ? " and the features are \(plan.blocks.count) blocks" : "")
    // More micro-batches are of no use to ranks that are more than their node's blocks.
    let helps = !plan.dividesFeatures || plan.nodeCount > plan.tree.leaves
    return "\(parts), so \(plan.idleRanks) of \(plan.worldSize) ranks have no part in it; "
      + (helps ? "more --micro-batches give them some, and other last bits" : "fewer ranks are as fast")
  }

  private static func kernelNote(_ checkpoint: Checkpoint) -> String? {
    guard checkpoint.kernels != NumericKernels.description else { return nil }
    return "the run was begun with the kernels of \(checkpoint.kernels) and goes on with those of "
      + "\(NumericKernels.description): its numbers will differ in the last digits from an unbroken run's; "
      + "OPENBLAS_CORETYPE and \(VectorInstructions.variable) choose others"
  }
}
