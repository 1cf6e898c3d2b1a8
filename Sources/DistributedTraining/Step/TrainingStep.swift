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
  private let logits: LogitsSlice
  private let board: ControlBoard
  private let seal: StateSeal?
  private let indirect: IndirectUpdate?
  /// What works out another rank's features again; nil where none does.
  private let replay: SliceReplay?
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
    let (batchSize, tensorGroup) = (configuration.training.batchSize, memory.tensorGroup)
    logits = LogitsSlice(of: memory.state, features: tensorGroup.features)
    func makePass(
      _ group: TensorParallelGroup<Float>, _ logits: ColumnSlice<Float>, _ selector: SelectorConfiguration
    ) -> TrainingPass<Float> {
      TrainingPass(
        model: memory.state.model, selector: selector, decoder: configuration.decoder, tensorGroup: group,
        logits: logits, maximumRows: memory.topology.plan.largestTask(batchSize: batchSize),
        ownMaximum: memory.topology.plan.largestMicroBatch(batchSize: batchSize),
        selectionStorage: memory.selection, trainsSelectors: trainsSelectors, hasGaps: dataset.hasGaps,
        isWeighted: dataset.weights != nil)
    }
    pass = makePass(tensorGroup, logits.values, configuration.selector)
    loader = try BatchLoader(
      dataset, training: configuration.training, memory: memory, pass: pass, stepsPerEpoch: plan.stepsPerEpoch
    )
    if memory.spotCheck != nil, memory.topology.plan.division == .features {
      // The diversity term is added after the sum.
      var selector = configuration.selector
      selector.gjsWeight = 0
      replay = SliceReplay(memory, dataset: dataset, loader: loader) { makePass($0, $1, selector) }
    } else {
      replay = nil
    }
    exchange = try StepExchange(memory: memory)
    board = ControlBoard(stepsPerEpoch: plan.stepsPerEpoch)
    seal = StateSeal(memory, logits: logits.values, exchange: exchange)
    indirect = trainsSelectors ? IndirectUpdate(memory, shard: exchange.shard) : nil
  }

  /// Takes up the state as it stands; before the first step.
  func begin() {
    logits.take()
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
    try differentiate(step, control, selection, batch, checking: subject)
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
      // Whoever looks at the state after this finds it as it was before the step.
      logits.publish()
      let failure = try nonFinite(step: step, temperature: control.temperature, selection, batch)
      skippedInARow += 1
      guard skipsNonFinite, skippedInARow <= Self.mostSkippedInARow else { throw failure }
      skipped = failure
      if !trainsSelectors { exchange.clearLogits() }
    }
    let due = schedule.duties(after: step + 1, lastStep: lastStep, statistics)
    // A rank that works out another's features again reads all logits.
    let checksNext = replay != nil && memory.spotCheck?.subject(step: step + 1) != nil
    if !due.isEmpty || checksNext { logits.publish() }
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

  /// This rank's gradients in a step, and what it works out again of another rank's.
  private func differentiate(
    _ step: Int, _ control: StepControl, _ selection: StepSelection<Float>, _ batch: Range<Int>,
    checking subject: SpotCheck.Subject?
  ) throws {
    guard let subject, let check = memory.spotCheck else {
      _ = try differentiate(selection, batch)
      return
    }
    try check.withSameBits(subject, place: memory.topology.place) {
      _ = try differentiate(selection, batch, checking: subject)
      guard let replay, subject.checker == memory.topology.place else { return }
      exchange.statistics.noteSpotCheck(
        replay.digest(step: step, seed: seed, temperature: control.temperature, batch: batch))
      probe.end(.gradient)
    }
  }

  /// The gradients of this rank's micro-batches of a batch, one after the other; returns the sum of their losses.
  func differentiate(
    _ selection: StepSelection<Float>, _ batch: Range<Int>, checking subject: SpotCheck.Subject? = nil
  ) throws -> Double {
    var loss = 0.0
    exchange.statistics.clear()
    if let subject, replay == nil, subject.checker == memory.topology.place {
      // Before this rank's own tasks, which write over it.
      let again = MicroBatchTask(microBatch: subject.microBatch, buffer: 0, additions: 0)
      _ = try differentiate(again, selection, batch)
      exchange.statistics.noteSpotCheck(exchange.digest(of: again))
    }
    for task in exchange.tasks {
      let sums = try differentiate(task, selection, batch)
      if let subject, subject.place == memory.topology.place, subject.microBatch == task.microBatch {
        let digest = exchange.digest(of: task)
        exchange.statistics.noteSpotCheck(
          replay == nil
            ? digest : SliceReplay.digest(gradient: digest, memory: memory.tensorGroup.memoryDigest))
      }
      exchange.finish(task)
      exchange.statistics.add(sums, microBatch: task.microBatch)
      loss += sums.loss
      probe.end(.gradient)
    }
    return loss
  }

  /// The gradient of a task, left in its buffer.
  private func differentiate(
    _ task: MicroBatchTask, _ selection: StepSelection<Float>, _ batch: Range<Int>
  ) throws -> LossSums {
    let rows = loader.load(task, of: batch)
    probe.end(.batch)
    return try pass.gradient(
      selection, rowCount: rows.count, own: rows.own, firstRow: rows.first, globalRows: batch.count,
      into: exchange.gradient(of: task), synchronize: synchronize)
  }

  /// Waits for the others that work on the same rows.
  private func synchronize() throws {
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
    if !pass.terms.isPlain, weight > 0 {
      // The gradient was divided by the weight of as many rows that count alike, known before the step.
      let shape = state.model.shape
      let assumed = shape.task.objective.weight(rows: rows, outputs: shape.outputCount)
      exchange.scaleGradient(by: Float(Double(assumed) / weight))
    }
    pass.addDiversity(of: selection, to: exchange.gradient, selectors: exchange.shard.selectors)
    let rates = Adam<Float>.Rates(
      step: step, selectorRate: control.selectorRate / state.model.shape.selectorRateDivisor,
      decoderRate: control.decoderRate)
    if let indirect {
      try indirect.run(exchange.gradient, rates: rates, synchronize: synchronizeUpdate)
    }
    for selector in exchange.shard.selectors where trainsSelectors && indirect == nil {
      Adam.updateLogits(
        logits.values, first: logits.first, second: logits.second, selector: selector,
        gradient: exchange.gradient + selector * logits.values.columns.count, rates: rates)
    }
    for part in exchange.shard.parts {
      guard let parameters = part.decoder else { continue }
      state.adam.updateDecoder(
        state.model.parameters, part: parameters, gradient: exchange.gradient + part.gradient.lowerBound,
        rates: rates)
    }
  }
}
