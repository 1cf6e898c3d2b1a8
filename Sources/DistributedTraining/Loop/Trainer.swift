import Communication
import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import Logging
import RunSettings
import Tables

/// The distributed loop: every rank works on its slice of each global batch and takes the same steps.
///
/// Gradients meet in `StepExchange`. Between steps at which something is read (a line of metrics, a checkpoint, a
/// validation, the end of `run`) all ranks hold the same parameters, moments and step, and none changes them before all
/// have come to the next meeting, so rank 0 alone can save and report.
public final class Trainer {
  /// What is trained.
  public let state: ModelState
  /// Steps and what holds at each.
  public let plan: RunPlan

  let communicator: any Communicator
  let configuration: RunConfiguration
  package let validation: Validation
  let recorder: (any RunRecorder)?
  let observer: (any TrainingObserver)?
  let logger: Logger
  private let memory: TrainingMemory
  private let loader: RowLoader<Float>
  private let order: EpochOrder
  private let logits: LogitsSlice
  private let pass: TrainingPass<Float>
  private let exchange: StepExchange
  private let board: ControlBoard
  private let watchdog: Watchdog
  /// Records where the time of steps goes, for benchmarks.
  package var clock: StepClock?
  private var stepMilliseconds = 0.0
  /// Whether this rank has drawn its part of the coming step's selection.
  private var isSelectionDrawn = false

  private static let waiting: StaticString = "waiting for the other ranks"
  private static let computing: StaticString = "computing"

  /// Steps between comparisons of the ranks' parameters.
  private static let digestInterval = 50

  /// Prepares the loop on every rank.
  ///
  /// - Parameters:
  ///   - memory: of this rank, with the state to start from, equal on all ranks.
  ///   - dataset: rows trained on and rows set aside.
  ///   - recorder: writes checkpoints and metrics; on rank 0 alone, nil elsewhere.
  ///   - observer: is told how it goes; on rank 0 alone, nil elsewhere.
  package init(
    configuration: RunConfiguration, communicator: any Communicator, dataset: Dataset,
    memory: TrainingMemory, recorder: (any RunRecorder)?, observer: (any TrainingObserver)?, watchdog: Watchdog,
    logger: Logger
  ) throws {
    precondition(memory.topology.plan.worldSize == communicator.size, "memory made for other ranks")
    self.configuration = configuration
    self.communicator = communicator
    self.memory = memory
    state = memory.state
    self.recorder = recorder
    self.observer = observer
    self.watchdog = watchdog
    self.logger = logger
    plan = RunPlan(
      configuration: configuration, trainingRows: dataset.split.training.count,
      validationRows: dataset.split.validation.count)
    order = try EpochOrder(
      rows: dataset.split.training, batchSize: configuration.training.batchSize,
      seed: configuration.training.seed)
    loader = RowLoader(dataset, features: memory.team.features)
    logits = LogitsSlice(of: state, features: memory.team.features)
    pass = TrainingPass(
      model: state.model, selector: configuration.selector, decoder: configuration.decoder,
      team: memory.team, logits: logits.values,
      maximumRows: memory.topology.plan.largestTask(batchSize: configuration.training.batchSize),
      ownMaximum: memory.topology.plan.largestChunk(batchSize: configuration.training.batchSize),
      selectionStorage: memory.selection)
    exchange = try StepExchange(memory: memory)
    board = ControlBoard(stepsPerEpoch: plan.stepsPerEpoch)
    validation = Validation(model: state.model, dataset: dataset, rows: dataset.split.validation)
  }

  /// Trains from the state's step to the end of the last epoch, or to `lastStep`, or until a signal; every rank must
  /// call.
  public func run(to lastStep: Int? = nil) throws -> RunOutcome {
    logits.take()
    try catchUp()
    var meter = StepMeter(time: communicator.time, carrying: state.interval)
    let lastStep = min(lastStep ?? plan.totalSteps, plan.totalSteps)
    while state.step < lastStep {
      let start = communicator.time
      let control = try takeStep(lastStep: lastStep)
      stepMilliseconds = (communicator.time - start) * 1e3
      state.step += 1
      meter.add(exchange.totals, rows: order.batch(step: (state.step - 1) % plan.stepsPerEpoch).count)
      state.interval = meter.interval
      observer?.didStep(
        StepProgress(
          step: state.step, loss: meter.lastLoss, temperature: control.temperature, time: start))
      if exchange.totals.terminateRequested {
        // A peer may be dead already: save before anything else, and enter no collective.
        save(isLast: true)
        return .stopped(step: state.step, atOnce: true)
      }
      if isEpochEnd || state.step % configuration.output.logEvery == 0 {
        try closeInterval(&meter, control: control)
      } else {
        saveIfDue()
      }
      if exchange.totals.stopRequested && state.step < lastStep {
        try requireAgreement()
        save(isLast: true)
        return .stopped(step: state.step, atOnce: false)
      }
    }
    save(isLast: true)
    return .completed
  }

  /// Before the first step: pictures of the start, or what a run that had to end in a hurry may have left out at
  /// the end of an epoch. All of it gives the same when it is done twice.
  private func catchUp() throws {
    guard state.step > 0 else { return try takeSnapshot(epoch: 0, validationLoss: nil) }
    guard isEpochEnd else { return }
    let validated = try validate()
    try takeSnapshotIfDue(validationLoss: validated?.mean)
  }

  /// Whether the steps done make whole epochs.
  private var isEpochEnd: Bool { state.step % plan.stepsPerEpoch == 0 }

  /// The epoch of the last step, from 1.
  private var epoch: Int { (state.step - 1) / plan.stepsPerEpoch + 1 }

  /// One step: this rank's gradient, the all-reduce, the update. No memory is allocated here.
  private func takeStep(lastStep: Int) throws -> StepControl {
    watchdog.beat(step: state.step, phase: Self.computing)
    clock?.begin(communicator.time)
    let step = state.step
    let epoch = step / plan.stepsPerEpoch
    let stepInEpoch = step - epoch * plan.stepsPerEpoch
    order.prepare(epoch: epoch)
    try board.prepare(epoch: epoch, plan: plan, communicator: communicator)
    let control = board[stepInEpoch]
    let batch = order.batch(step: stepInEpoch)
    if !isSelectionDrawn {
      drawSelection(step: step, temperature: control.temperature)
      try memory.topology.node.synchronize()
      clock?.end(.firstSelection, communicator.time)
    }
    let compares = compares(step: step)
    try computeGradients(of: batch)
    exchange.tail.note(
      signals: SignalFlags.pending, digest: compares ? state.model.parameters.digest : nil,
      rank: communicator.rank, stepMilliseconds: stepMilliseconds)
    clock?.end(.gradient, communicator.time)
    watchdog.beat(step: step, phase: Self.waiting)
    let isFinite = try exchange.reduce()
    clock?.end(.exchange, communicator.time)
    if compares && !exchange.totals.digestsAgree { throw try desynchronization(step: step) }
    guard isFinite else {
      // Whoever looks at the state after this finds it as it was before the step.
      logits.publish()
      throw try nonFinite(step: step, temperature: control.temperature, batch: batch)
    }
    update(step: step, control: control)
    if isRead(after: step, lastStep: lastStep) { logits.publish() }
    clock?.end(.optimizer, communicator.time)
    isSelectionDrawn = stepInEpoch + 1 < plan.stepsPerEpoch
    if isSelectionDrawn {
      drawSelection(step: step + 1, temperature: board[stepInEpoch + 1].temperature)
      clock?.end(.selection, communicator.time)
    }
    try exchange.finish()
    clock?.end(.meeting, communicator.time)
    clock?.endStep()
    return control
  }

  /// Updates this rank's share of the parameters.
  private func update(step: Int, control: StepControl) {
    pass.addDiversity(to: exchange.gradient, selectors: exchange.share.selectors)
    let rates = Adam<Float>.Rates(
      step: step, selectorRate: control.selectorRate, decoderRate: control.decoderRate)
    for selector in exchange.share.selectors {
      Adam.updateLogits(
        logits.values, first: logits.first, second: logits.second, selector: selector,
        gradient: exchange.gradient + selector * logits.values.columns.count, rates: rates)
    }
    for part in exchange.share.parts {
      guard let parameters = part.decoder else { continue }
      state.adam.updateDecoder(
        state.model.parameters, part: parameters, gradient: exchange.gradient + part.gradient.lowerBound,
        rates: rates)
    }
  }

  /// Whether somebody will read the whole state once this step is done, which ranks must have published their logits
  /// for. The same on every rank.
  private func isRead(after step: Int, lastStep: Int) -> Bool {
    let done = step + 1
    let stops = exchange.totals.stopRequested || exchange.totals.terminateRequested
    return stops || done == lastStep || done % plan.stepsPerEpoch == 0
      || done % configuration.output.logEvery == 0 || isSaveDue(step: done) || compares(step: done)
      || configuration.selector.gjsWeight != 0
  }

  /// Whether the ranks' parameters are compared in a step: now and then, and so that what is saved after the step is what
  /// every rank holds.
  private func compares(step: Int) -> Bool {
    step % Self.digestInterval == 0 || (step + 1) % plan.stepsPerEpoch == 0 || isSaveDue(step: step + 1)
  }

  /// Draws this rank's selectors' part of a step's selection; all logits in it are up to date on this rank.
  private func drawSelection(step: Int, temperature: Double) {
    pass.drawSelection(
      temperature: temperature, randomness: .keyed(seed: configuration.training.seed, step: step),
      selectors: exchange.share.selectors)
  }

  /// This rank's chunks of a batch, one after the other; returns the sum of their losses.
  @discardableResult
  private func computeGradients(of batch: Range<Int>) throws -> Double {
    var loss = 0.0
    exchange.tail.clear()
    pass.beginGradient()
    for task in exchange.tasks {
      let topology = memory.topology
      let places = topology.plan.rows(of: task, node: topology.nodeIndex, in: batch)
      let own = topology.plan.rows(of: task.chunk, in: batch)
      load(places, own: own)
      clock?.end(.batch, communicator.time)
      let sums = try pass.gradient(
        rowCount: places.count, own: own.lowerBound - places.lowerBound..<own.upperBound - places.lowerBound,
        firstRow: places.lowerBound - batch.lowerBound, globalRows: batch.count,
        into: exchange.gradient(of: task), meet: meet)
      exchange.finish(task)
      exchange.tail.add(sums, chunk: task.chunk)
      loss += sums.loss
      clock?.end(.gradient, communicator.time)
    }
    return loss
  }

  /// Waits for the others that work on the same rows.
  private func meet() throws {
    clock?.end(.gradient, communicator.time)
    watchdog.beat(step: state.step, phase: Self.waiting)
    try memory.topology.node.synchronize()
    watchdog.beat(step: state.step, phase: Self.computing)
    clock?.end(.meeting, communicator.time)
  }

  /// Loads this rank's features of the rows at `places`, and the classes of its own ones.
  private func load(_ places: Range<Int>, own: Range<Int>) {
    order.withRows(at: places) { loader.load($0, into: pass.rows.base) }
    guard let classes = pass.classes.baseAddress, !pass.classes.isEmpty else { return }
    order.withRows(at: own) { loader.loadClasses($0, into: classes) }
  }

  /// Names the ranks whose part of the rows has such numbers, or else those whose gradient has them; every rank must call.
  /// Where ranks divide features the first is the rank that has the feature, and the second can be all of a node.
  private func nonFinite(step: Int, temperature: Double, batch: Range<Int>) throws -> TrainingFailure {
    let topology = memory.topology
    let hasFiniteRows = exchange.tasks.allSatisfy { task in
      let places = topology.plan.rows(of: task, node: topology.nodeIndex, in: batch)
      load(places, own: places.prefix(0))
      return Float.allFinite(x: pass.rows.base, count: places.count * memory.team.features.count)
    }
    // The sum has overwritten this rank's own part, so it is worked out again.
    let loss = try computeGradients(of: batch)
    var faults = [Int64](repeating: 0, count: communicator.size)
    faults[communicator.rank] = !hasFiniteRows ? 2 : !loss.isFinite || !exchange.isGradientFinite ? 1 : 0
    try communicator.allReduce(&faults, .max)
    let worst = max(1, faults.max() ?? 1)
    return .nonFinite(
      step: step, ranks: faults.indices.filter { faults[$0] == worst }, temperature: temperature)
  }

  /// Throws `TrainingFailure.desynchronized` unless all ranks hold the same parameters; every rank must call.
  private func requireAgreement() throws {
    let digest = state.model.parameters.digest
    // The maxima of a word and of its complement are complements only if the words are all equal.
    var words = [digest, ~digest]
    try communicator.allReduce(&words, .max)
    if words[0] != ~words[1] { throw try desynchronization(step: state.step) }
  }

  private func desynchronization(step: Int) throws -> TrainingFailure {
    var digests = [UInt64](repeating: 0, count: communicator.size)
    digests[communicator.rank] = state.model.parameters.digest
    try communicator.allReduce(&digests, .max)
    let groups = Dictionary(grouping: digests.indices) { digests[$0] }
    let text = groups.values.sorted { $0[0] < $1[0] }.map { ranks in
      "rank \(ranks.map(String.init).joined(separator: ", ")): \(String(digests[ranks[0]], radix: 16))"
    }
    return .desynchronized(step: step, digests: text.joined(separator: "; "))
  }

  /// Writes a line of metrics and, at the end of an epoch, validates and takes pictures; saves where it is due.
  private func closeInterval(_ meter: inout StepMeter, control: StepControl) throws {
    let now = communicator.time
    let validated = isEpochEnd ? try validate() : nil
    if let recorder {
      let convergence = Convergence(state.model)
      let gjs = pass.currentDiversity()
      let objective = state.model.shape.task.objective
      let mean = meter.interval.mean
      let record = MetricsRecord(
        step: state.step, epoch: epoch, temperature: control.temperature,
        loss: mean - configuration.selector.gjsWeight * gjs, objective: Metric(objective.lossName, mean),
        gjs: gjs, meanMax: convergence.meanMax, distinct: convergence.distinct,
        validation: validated.map(objective.metrics) ?? [],
        rowsPerSecond: meter.rowsPerSecond(until: now), stepMs: meter.meanStepMilliseconds,
        learningRate: control.decoderRate, selectorLearningRate: control.selectorRate)
      recorder.record(record)
      observer?.didRecord(record)
    }
    state.interval = LossSums()
    saveIfDue()
    if isEpochEnd { try takeSnapshotIfDue(validationLoss: validated?.mean) }
    meter = StepMeter(time: communicator.time, carrying: state.interval)
  }

  /// The loss over the validation rows, noted if it is the best so far; every rank must call.
  private func validate() throws -> LossSums? {
    watchdog.beat(step: state.step, phase: "validating")
    let validated = try validation.evaluate(communicator)
    if let loss = validated?.mean, loss < state.best?.loss ?? .infinity {
      state.best = BestLoss(step: state.step, loss: loss)
    }
    return validated
  }

  /// Whether a checkpoint is made once `step` steps are done: at the end of every epoch, or every
  /// `checkpoint-every` steps, and at the end.
  private func isSaveDue(step: Int) -> Bool {
    let every = configuration.output.checkpointEvery
    return step % (every == 0 ? plan.stepsPerEpoch : every) == 0 || step == plan.totalSteps
  }

  /// Saves where it is due, and where the validation loss is a new best.
  private func saveIfDue() {
    if isSaveDue(step: state.step) || state.best?.step == state.step { save(isLast: false) }
  }

  private func save(isLast: Bool) {
    guard let recorder else { return }
    watchdog.beat(step: state.step, phase: "saving")
    recorder.save(state, isLast: isLast)
  }

  private func takeSnapshotIfDue(validationLoss: Double?) throws {
    guard configuration.output.snapshotEpochs.contains(epoch) || state.step == plan.totalSteps else { return }
    try takeSnapshot(epoch: epoch, validationLoss: validationLoss)
  }

  private func takeSnapshot(epoch: Int, validationLoss: Double?) throws {
    guard !configuration.output.snapshotEpochs.isEmpty, let observer else { return }
    watchdog.beat(step: state.step, phase: "making pictures")
    do {
      try observer.snapshot(epoch: epoch, model: state.model, validationLoss: validationLoss)
    } catch {
      logger.warning("no pictures of epoch \(epoch): \(error)")
    }
  }
}
