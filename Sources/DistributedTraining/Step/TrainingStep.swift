import Communication
import ConcreteAutoencoder
import LinearAlgebra
import RunSettings
import Tables

/// One step of all ranks: this rank's gradient, their sum, the update of its shard. No memory is allocated in it.
final class TrainingStep {
  /// What a step leaves behind.
  struct Result {
    /// What held in it.
    let control: StepControl
    /// Rows of its batch.
    let rows: Int
    /// What is due now; what reads the whole state finds it published.
    let due: StepDuties
    /// Why nothing was updated; nil where it was.
    let skipped: TrainingFailure?
  }

  let communicator: any Communicator
  let memory: TrainingMemory
  let loader: BatchLoader
  let exchange: StepExchange
  /// Sums over all ranks that the last step gave.
  var statistics: StepStatistics { exchange.totals }
  var state: ModelState { memory.state }

  private let plan: RunPlan
  private let seed: UInt64
  private let trainsSelectors: Bool
  private let schedule: StepSchedule
  private let probe: StepProbe
  private let pass: TrainingPass<Float>
  private let board: ControlBoard
  /// What works out another rank's features again; nil where none does.
  private let replay: SliceReplay?
  /// This rank's work in a step, in groups of micro-batches that are worked on together.
  private var tasks: [[PassTask]]
  /// The same one by one.
  private var singleTasks: [[PassTask]]
  /// A micro-batch of another rank's that is worked out again.
  private var again = [PassTask(rowCount: 0)]
  private let seal: StateSeal?
  private let indirect: IndirectUpdate?
  private let skipsNonFinite: Bool
  /// Steps that were skipped, one after the other, up to the last.
  private var skippedInARow = 0
  private static let mostSkippedInARow = 10
  private var milliseconds = 0.0
  /// This rank's part of the coming step's selection, where it could be drawn ahead.
  private var ahead: DrawnSelection<Float>?

  init(
    configuration: RunConfiguration, communicator: any Communicator, dataset: Dataset, memory: TrainingMemory,
    plan: RunPlan, schedule: StepSchedule, probe: StepProbe, trainsSelectors: Bool
  ) throws {
    self.communicator = communicator
    self.memory = memory
    self.plan = plan
    self.schedule = schedule
    self.probe = probe
    self.trainsSelectors = trainsSelectors
    seed = configuration.training.seed
    skipsNonFinite = configuration.training.onNonFinite == .skip
    let (topology, batchSize) = (memory.topology, configuration.training.batchSize)
    tasks = topology.plan.tasks(node: topology.nodeIndex, rank: topology.node.rank)
    singleTasks = tasks.joined().map { [$0] }
    let ownCount = tasks.map { $0.count { $0.hidden != nil } }.max() ?? 0
    func makePass(
      _ group: TensorParallelGroup<Float>, _ selector: SelectorConfiguration,
      _ selection: AlignedBuffer<Float>?,
      ownCount: Int
    ) -> TrainingPass<Float> {
      TrainingPass(
        model: memory.state.model, selector: selector, decoder: configuration.decoder, group: group,
        maximumRows: group.maximumRows,
        largestMicroBatch: topology.plan.largestMicroBatch(batchSize: batchSize), ownCount: ownCount,
        selectionStorage: selection, trainsSelectors: trainsSelectors, hasGaps: dataset.hasGaps,
        isWeighted: dataset.weights != nil)
    }
    pass = makePass(memory.group, configuration.selector, memory.selection, ownCount: max(1, ownCount))
    loader = try BatchLoader(
      dataset, training: configuration.training, plan: topology.plan, pass: pass,
      stepsPerEpoch: plan.stepsPerEpoch)
    exchange = try StepExchange(memory: memory)
    if memory.spotCheck != nil, topology.plan.dividesFeatures {
      // The diversity term is added after the sum.
      var selector = configuration.selector
      selector.gjsWeight = 0
      replay = SliceReplay(memory, dataset: dataset, loader: loader, exchange: exchange) {
        makePass($0, selector, nil, ownCount: $1)
      }
    } else {
      replay = nil
    }
    board = ControlBoard(stepsPerEpoch: plan.stepsPerEpoch)
    seal = StateSeal(memory, exchange: exchange)
    indirect = trainsSelectors ? IndirectUpdate(memory, shard: exchange.shard) : nil
  }

  /// Takes up the state as it stands; before the first step.
  func begin() {
    guard !trainsSelectors else { return }
    pass.fixSelection()
    replay?.fixSelection()
    exchange.clearLogits()
  }

  /// GJSD of the logits as they stand, in nats; the state must be published.
  func currentDiversity() -> Double { pass.currentDiversity() }

  /// Takes a step, counted from 0, of a loop up to `lastStep`, which compares the parameters it begins with if that is
  /// `due`; every rank must call.
  func take(_ step: Int, lastStep: Int, due: StepDuties) throws -> Result {
    let start = communicator.time
    probe.begin(step: step)
    let batch = loader.batch(step: step)
    let control = try board.control(step: step, plan: plan, communicator: communicator)
    let selection = try drawn(step, control).complete()
    let subject = memory.spotCheck?.subject(step: step)
    _ = try differentiate(selection, batch, checking: subject)
    if let replay, let subject, subject.checker == memory.topology.place {
      exchange.statistics.noteSpotCheck(
        replay.digest(step: step, seed: seed, temperature: control.temperature, batch: batch))
      probe.end(.gradient)
    }
    let compares = due.contains(.comparison)
    if compares { try requireSeal(step: step) }
    exchange.statistics.note(
      signals: Task.isCancelled ? SignalFlags.pending.union(.saveAndStop) : SignalFlags.pending,
      digest: compares ? state.model.parameters.digest : nil,
      rank: communicator.rank, stepMilliseconds: milliseconds)
    probe.end(.gradient)
    probe.waits()
    let isFinite = try exchange.reduce()
    probe.end(.exchange)
    if compares && !statistics.digestsAgree { throw try desynchronization(step: step) }
    if let subject, !statistics.spotChecksAgree { throw try wrongGradient(subject, step: step) }
    var skipped: TrainingFailure?
    if isFinite {
      skippedInARow = 0
      try update(step, control, selection, rows: batch.count)
    } else {
      let failure = try nonFinite(step: step, temperature: control.temperature, selection, batch)
      skippedInARow += 1
      guard skipsNonFinite, skippedInARow <= Self.mostSkippedInARow else { throw failure }
      skipped = failure
      if !trainsSelectors { exchange.clearLogits() }
    }
    let due = schedule.duties(after: step + 1, lastStep: lastStep, statistics)
    if !due.isDisjoint(with: .sealed) { seal?.set(step: step + 1) }
    probe.end(.optimizer)
    if !plan.endsEpoch(step + 1) {
      ahead = draw(step + 1, try board.control(step: step + 1, plan: plan, communicator: communicator))
      probe.end(.selection)
    }
    try exchange.finish()
    probe.end(.barrier)
    probe.endStep()
    milliseconds = (communicator.time - start) * 1e3
    return Result(control: control, rows: batch.count, due: due, skipped: skipped)
  }

  /// Throws `TrainingFailure.corrupted` if the state after so many steps is not what its ranks have written.
  func requireSeal(step: Int) throws { try seal?.check(step: step) }

  /// The step's selection, drawn ahead or now, when all ranks of the node have drawn their parts.
  private func drawn(_ step: Int, _ control: StepControl) throws -> DrawnSelection<Float> {
    if let ahead = ahead.take() { return ahead }
    let drawn = draw(step, control)
    try memory.topology.node.synchronize()
    probe.end(.firstSelection)
    return drawn
  }

  /// This rank's part of a step's selection; all logits in it are up to date on this rank.
  private func draw(_ step: Int, _ control: StepControl) -> DrawnSelection<Float> {
    pass.draw(
      temperature: control.temperature, randomness: .keyed(seed: seed, step: step),
      selectors: exchange.shard.selectors)
  }

  /// The gradients of this rank's micro-batches of a batch, and what is worked out again before them; returns the sum of their
  /// losses.
  func differentiate(
    _ selection: StepSelection<Float>, _ batch: Range<Int>, checking subject: SpotCheck.Subject? = nil
  ) throws -> Double {
    var loss = 0.0
    exchange.statistics.clear()
    let (place, isDivided) = (memory.topology.place, replay != nil)
    if let subject, !isDivided, subject.checker == place {
      // Before this rank's own tasks, which write over it.
      let target = MicroBatchTask(microBatch: subject.microBatch, buffer: 0)
      again[0] = PassTask(features: target, hidden: target)
      try differentiate(&again, selection, batch) { _, _, _ in }
      exchange.statistics.noteSpotCheck(exchange.digest(of: target))
    }
    let isSubject = subject?.place == place
    func run(_ groups: inout [[PassTask]]) throws {
      for index in groups.indices {
        try differentiate(&groups[index], selection, batch) { sums, task, block in
          exchange.statistics.add(sums, microBatch: task.features.microBatch, block: block)
          loss += sums.loss
        }
        if isSubject, !isDivided, groups[index][0].features.microBatch == subject?.microBatch {
          exchange.statistics.noteSpotCheck(exchange.digest(of: groups[index][0].features))
        }
      }
    }
    // One by one a gradient can be seen before another is added to it.
    if isSubject, !isDivided { try run(&singleTasks) } else { try run(&tasks) }
    if isSubject, isDivided {
      exchange.statistics.noteSpotCheck(
        SliceReplay.digest(
          gradient: exchange.digest(of: memory.topology.node.rank, in: exchange.gradients),
          memory: memory.group.memoryDigest))
    }
    return loss
  }

  /// Whether all numbers of this rank's rows are finite.
  func rowsAreFinite(_ batch: Range<Int>) -> Bool {
    tasks.indices.allSatisfy { index in
      loader.load(&tasks[index], of: batch)
      return loader.isFinite(tasks[index])
    }
  }

  /// The gradient of a group of tasks.
  private func differentiate(
    _ tasks: inout [PassTask], _ selection: StepSelection<Float>, _ batch: Range<Int>,
    note: (LossSums, PassTask, Int) -> Void
  ) throws {
    loader.load(&tasks, of: batch)
    probe.end(.batch)
    try pass.gradient(
      selection, tasks, globalRows: batch.count, into: exchange.gradients, synchronize: synchronize,
      note: note)
    probe.end(.gradient)
  }

  /// Waits for the others that work on the same rows.
  private func synchronize() throws {
    guard memory.topology.plan.dividesFeatures else { return }
    probe.end(.gradient)
    probe.waits()
    try memory.topology.node.synchronize()
    probe.computes()
    probe.end(.barrier)
  }

  /// Waits for the others that update the same copy.
  private func synchronizeUpdate() throws {
    probe.end(.optimizer)
    try memory.topology.node.synchronize()
    probe.end(.barrier)
  }

  /// Updates this rank's shard of the parameters after a batch of `rows` rows.
  private func update(
    _ step: Int, _ control: StepControl, _ selection: StepSelection<Float>, rows: Int
  ) throws {
    let weight = statistics.losses.weight
    if !pass.countsAlike, weight > 0 {
      // The gradient was divided by the weight of as many rows that count alike, known before the step.
      let shape = state.model.shape
      let assumed = shape.task.objective.weight(rows: rows, outputs: shape.outputCount)
      exchange.scaleGradient(by: Float(Double(assumed) / weight))
    }
    let shard = exchange.shard
    try pass.completeGradient(of: selection, exchange.gradient, selectors: shard.selectors) {
      if memory.topology.plan.dividesFeatures { try synchronizeUpdate() }
    }
    let rates = Adam<Float>.Rates(
      step: step, selectorRate: control.selectorRate / state.model.shape.selectorRateDivisor,
      decoderRate: control.decoderRate)
    if let indirect {
      try indirect.run(exchange.gradient, rates: rates, synchronize: synchronizeUpdate)
    }
    if trainsSelectors, indirect == nil {
      for block in shard.blocks {
        let features = memory.group.all[block]
        state.adam.updateLogits(
          state.model.parameters, selectors: shard.selectors, features: features,
          gradient: exchange.gradient + state.model.shape.selectorCount * features.lowerBound, rates: rates)
      }
    }
    for part in shard.decoder {
      state.adam.updateDecoder(
        state.model.parameters, part: part.places, gradient: exchange.sum(of: part), rates: rates)
    }
  }
}
