import Communication
import ConcreteAutoencoder
import Evaluation
import RunSettings

/// Does what is due between steps: lines of metrics, validation, checkpoints and pictures.
final class RunJournal {
  let validation: Validation

  private let configuration: RunConfiguration
  private let communicator: any Communicator
  private let plan: RunPlan
  private let step: TrainingStep
  private let recorder: (any RunRecorder)?
  private let observer: (any TrainingObserver)?
  private let watchdog: Watchdog
  private let log: RunLog
  private var meter: StepMeter
  private var lastSave: Double
  private var state: ModelState { step.state }

  init(
    configuration: RunConfiguration, communicator: any Communicator, plan: RunPlan, step: TrainingStep,
    validation: Validation, recorder: (any RunRecorder)?, observer: (any TrainingObserver)?,
    watchdog: Watchdog, log: RunLog
  ) {
    self.configuration = configuration
    self.communicator = communicator
    self.plan = plan
    self.step = step
    self.validation = validation
    self.recorder = recorder
    self.observer = observer
    self.watchdog = watchdog
    self.log = log
    meter = StepMeter(time: communicator.time, carrying: step.state.interval)
    lastSave = communicator.time
  }

  /// Before the first step of a loop: pictures of the start, or what a run that had to end in a hurry may have left out
  /// at the end of an epoch, which gives the same when it is done twice. Every rank must call.
  func begin(_ due: StepDuties) throws {
    let validated = due.contains(.validation) ? try validate() : nil
    if due.contains(.pictures) { takePictures(validationLoss: validated?.mean) }
    meter = StepMeter(time: communicator.time, carrying: state.interval)
  }

  /// Notes a step that began at `time` and is counted in the state.
  func note(_ result: TrainingStep.Result, time: Double) {
    if let skipped = result.skipped {
      if communicator.isRoot { log.warning("skipped: \(skipped)") }
    } else {
      meter.add(step.statistics, rows: result.rows)
    }
    state.interval = meter.interval
    observer?.didStep(
      StepProgress(
        step: state.step, loss: meter.lastLoss, temperature: result.control.temperature, time: time))
  }

  /// Does what is due after a step; every rank must call.
  func act(on result: TrainingStep.Result) throws {
    let now = communicator.time
    let validated = result.due.contains(.validation) ? try validate() : nil
    if result.due.contains(.metrics) {
      writeMetrics(
        control: result.control, validated: validated, endsStation: result.due.contains(.validation),
        time: now)
      state.interval = LossSums()
    }
    if result.due.contains(.checkpoint) || state.best?.step == state.step, isTimeToSave {
      try save(isLast: false)
    }
    if result.due.contains(.pictures) { takePictures(validationLoss: validated?.mean) }
    if result.due.contains(.metrics) {
      meter = StepMeter(time: communicator.time, carrying: state.interval)
    }
  }

  /// Seconds between checkpoints where the user does not say: short epochs are done again sooner than they are saved.
  private static let secondsApart = 2.0

  /// Whether a checkpoint that is due is worth its time; rank 0 alone saves, so its clock alone counts.
  private var isTimeToSave: Bool {
    configuration.output.checkpointEvery > 0 || communicator.time - lastSave >= Self.secondsApart
  }

  /// Saves the state, on rank 0, if it is what the ranks have written; `isLast` as `RunRecorder` says.
  func save(isLast: Bool) throws {
    guard let recorder else { return }
    try step.requireSeal(step: state.step)
    watchdog.beat(step: state.step, phase: "saving")
    recorder.save(state, isLast: isLast)
    lastSave = communicator.time
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

  private func writeMetrics(
    control: StepControl, validated: LossSums?, endsStation: Bool, time: Double
  ) {
    guard let recorder else { return }
    let convergence = Convergence(state.model)
    let gjs = step.currentDiversity()
    let objective = state.model.shape.task.objective
    let mean = meter.interval.mean
    let record = MetricsRecord(
      step: state.step, epoch: plan.epoch(after: state.step), temperature: control.temperature,
      loss: mean - configuration.selector.gjsWeight * gjs, objective: Metric(objective.lossName, mean),
      gjs: gjs, meanMax: convergence.meanMax, distinct: convergence.distinct,
      validation: validated.map(objective.metrics) ?? [],
      selectors: endsStation ? MetricsRecord.Selectors(convergence) : nil,
      rowsPerSecond: meter.rowsPerSecond(until: time),
      stepMs: meter.meanStepMilliseconds, learningRate: control.decoderRate,
      selectorLearningRate: control.selectorRate)
    recorder.record(record, model: state.model)
    observer?.didRecord(record)
  }

  private func takePictures(validationLoss: Double?) {
    guard let observer else { return }
    let epoch = plan.epoch(after: state.step)
    watchdog.beat(step: state.step, phase: "making pictures")
    do {
      try observer.snapshot(epoch: epoch, model: state.model, validationLoss: validationLoss)
    } catch {
      log.warning("no pictures of epoch \(epoch): \(error)")
    }
  }
}
