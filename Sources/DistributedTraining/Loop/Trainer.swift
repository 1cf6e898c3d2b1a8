import Communication
import ConcreteAutoencoder
import FeatureData
import LinearAlgebra
import Logging

/// The distributed loop: every rank works on its slice of each global batch and takes the same steps.
///
/// A step has one all-reduce, over `StepExchange`. All ranks hold the same parameters, moments and step at
/// every moment, so rank 0 alone can save and report.
public final class Trainer {
  /// What is trained.
  public let state: TrainingState
  /// Steps and what holds at each.
  public let plan: RunPlan

  let communicator: any Communicator
  let configuration: RunConfiguration
  let validation: Validation
  let recorder: Recorder?
  let observer: (any TrainingObserver)?
  let logger: Logger
  private let table: LabeledTable
  private let order: EpochOrder
  private let pass: TrainingPass<Float>
  private let exchange: StepExchange
  private let board: ControlBoard
  private let watchdog: Watchdog
  private var stepMilliseconds = 0.0

  /// Steps between comparisons of the ranks' parameters.
  private static let digestInterval = 50

  /// Prepares the loop on every rank.
  ///
  /// - Parameters:
  ///   - state: where to start; equal on all ranks.
  ///   - split: rows trained on and rows set aside.
  ///   - recorder: writes checkpoints and metrics; on rank 0 alone, nil elsewhere.
  ///   - observer: is told how it goes; on rank 0 alone, nil elsewhere.
  public init(
    configuration: RunConfiguration, communicator: any Communicator, table: LabeledTable, split: RowSplit,
    state: TrainingState, recorder: Recorder?, observer: (any TrainingObserver)?, watchdog: Watchdog,
    logger: Logger
  ) throws {
    self.configuration = configuration
    self.communicator = communicator
    self.table = table
    self.state = state
    self.recorder = recorder
    self.observer = observer
    self.watchdog = watchdog
    self.logger = logger
    plan = RunPlan(
      configuration: configuration, trainingRows: split.training.count,
      validationRows: split.validation.count)
    order = try EpochOrder(
      rows: split.training, batchSize: configuration.training.batchSize, seed: configuration.training.seed)
    let largestSlice = (configuration.training.batchSize + communicator.size - 1) / communicator.size
    pass = TrainingPass(
      model: state.model, selector: configuration.selector, decoder: configuration.decoder,
      maximumRows: largestSlice)
    exchange = StepExchange(layout: state.model.layout, ranks: communicator.size)
    board = ControlBoard(stepsPerEpoch: plan.stepsPerEpoch)
    validation = Validation(model: state.model, table: table, rows: split.validation)
  }

  /// Trains from the state's step to the end of the last epoch, or until a signal; every rank must call.
  public func run() throws -> RunOutcome {
    if state.step == 0 { try takeSnapshot(epoch: 0, validationLoss: nil) }
    var meter = StepMeter(step: state.step, time: communicator.time)
    while state.step < plan.totalSteps {
      let start = communicator.time
      let control = try takeStep()
      stepMilliseconds = (communicator.time - start) * 1e3
      state.step += 1
      meter.add(exchange, milliseconds: stepMilliseconds, outputs: lossTerms)
      observer?.didStep(
        StepProgress(
          step: state.step, loss: meter.lastLoss, temperature: control.temperature, time: start))
      let isEpochEnd = state.step % plan.stepsPerEpoch == 0
      if isEpochEnd || state.step % configuration.output.logEvery == 0 || exchange.stopRequested {
        try closeInterval(&meter, control: control, isEpochEnd: isEpochEnd)
      }
      if exchange.stopRequested && state.step < plan.totalSteps {
        watchdog.beat(step: state.step, phase: "saving")
        recorder?.save(state, isLast: true)
        return .stopped(step: state.step, atOnce: exchange.terminateRequested)
      }
    }
    return .completed
  }

  /// Terms that a batch's loss is the mean over, for each row.
  private var lossTerms: Int {
    state.model.shape.objective == .reconstruction ? state.model.shape.featureCount : 1
  }

  /// One step: this rank's gradient, the all-reduce, the update. No memory is allocated here.
  private func takeStep() throws -> StepControl {
    watchdog.beat(step: state.step, phase: "computing")
    let step = state.step
    let epoch = step / plan.stepsPerEpoch
    let stepInEpoch = step - epoch * plan.stepsPerEpoch
    order.prepare(epoch: epoch)
    try board.prepare(epoch: epoch, plan: plan, communicator: communicator)
    let control = board[stepInEpoch]
    let batch = order.batch(step: stepInEpoch)
    let slice = EpochOrder.slice(of: batch, rank: communicator.rank, worldSize: communicator.size)
    loadRows(slice)
    pass.drawSelection(
      temperature: control.temperature,
      randomness: .keyed(seed: configuration.training.seed, step: step))
    let sums = pass.gradient(
      rowCount: slice.count, firstRow: slice.lowerBound - batch.lowerBound, globalRows: batch.count,
      into: exchange.gradient)
    let compares = step % Self.digestInterval == 0
    exchange.fill(
      sums: sums, rows: slice.count, signals: SignalFlags.pending,
      digest: compares ? state.model.parameters.digest : nil, rank: communicator.rank,
      stepMilliseconds: stepMilliseconds)
    watchdog.beat(step: step, phase: "waiting for the other ranks")
    try exchange.reduce(communicator)
    if compares && !exchange.digestsAgree { throw try desynchronization(step: step) }
    guard exchange.isFinite else {
      throw try nonFinite(step: step, temperature: control.temperature, isMine: !sums.loss.isFinite)
    }
    _ = pass.addDiversity(to: exchange.gradient)
    state.adam.update(
      parameters: state.model.parameters, gradient: exchange.gradient, step: step,
      selectorRate: control.selectorRate, decoderRate: control.decoderRate)
    return control
  }

  private func loadRows(_ slice: Range<Int>) {
    order.withRows(at: slice) { rows in
      table.features.copyRows(rows, into: pass.rows.base)
      guard configuration.task == .classify, let labels = table.labels else { return }
      for index in rows.indices { pass.labels[index] = labels[Int(rows[index])] }
    }
  }

  private func nonFinite(step: Int, temperature: Double, isMine: Bool) throws -> TrainingFailure {
    var flags = [Int64](repeating: 0, count: communicator.size)
    flags[communicator.rank] = isMine ? 1 : 0
    try communicator.allReduce(&flags, .max)
    return .nonFinite(
      step: step, ranks: flags.indices.filter { flags[$0] == 1 }, temperature: temperature)
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

  /// Writes a line of metrics and, at the end of an epoch, validates, saves and takes pictures.
  private func closeInterval(_ meter: inout StepMeter, control: StepControl, isEpochEnd: Bool) throws {
    let epoch = (state.step - 1) / plan.stepsPerEpoch + 1
    let now = communicator.time
    let validated = isEpochEnd ? try validation.evaluate(communicator) : nil
    if let loss = validated?.loss, loss < state.best?.loss ?? .infinity {
      state.best = BestLoss(step: state.step, loss: loss)
    }
    if let recorder {
      let convergence = Convergence(state.model)
      let gjs = pass.currentDiversity()
      let record = MetricsRecord(
        step: state.step, epoch: epoch, temperature: control.temperature,
        loss: meter.meanLoss - configuration.selector.gjsWeight * gjs, mse: meter.meanLoss, gjs: gjs,
        meanMax: convergence.meanMax, distinct: convergence.distinct, validationMse: validated?.loss,
        validationAccuracy: configuration.task == .classify ? validated?.accuracy : nil,
        rowsPerSecond: meter.rowsPerSecond(until: now), stepMs: meter.meanStepMilliseconds,
        learningRate: control.decoderRate, selectorLearningRate: control.selectorRate)
      recorder.record(record)
      observer?.didRecord(record)
      recorder.saveIfDue(state, isEpochEnd: isEpochEnd, isRunEnd: state.step == plan.totalSteps)
    }
    if isEpochEnd, configuration.output.snapshotEpochs.contains(epoch) || state.step == plan.totalSteps {
      try takeSnapshot(epoch: epoch, validationLoss: validated?.loss)
    }
    meter = StepMeter(step: state.step, time: communicator.time)
  }

  private func takeSnapshot(epoch: Int, validationLoss: Double?) throws {
    guard !configuration.output.snapshotEpochs.isEmpty, let observer else { return }
    do {
      try observer.snapshot(epoch: epoch, model: state.model, validationLoss: validationLoss)
    } catch {
      logger.warning("no pictures of epoch \(epoch): \(error)")
    }
  }
}
