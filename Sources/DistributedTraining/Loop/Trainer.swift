import Communication
import Evaluation
import RunSettings
import Tables

/// The distributed loop: every rank works on its slice of each global batch and takes the same steps.
///
/// Gradients are added up in `StepExchange`. After a step for which something is due all ranks hold the same parameters,
/// moments and step, and none changes them before all have come to the next barrier, so rank 0 alone can save and
/// report.
package final class Trainer {
  /// What is trained.
  package var state: ModelState { step.state }
  /// Steps and what holds at each.
  package let plan: RunPlan
  /// The loss over the rows set aside.
  package var validation: Validation { journal.validation }
  /// Records where the time of steps goes, for benchmarks.
  package var clock: StepClock? {
    get { probe.clock }
    set { probe.clock = newValue }
  }

  private let communicator: any Communicator
  private let schedule: StepSchedule
  private let probe: StepProbe
  private let step: TrainingStep
  private let journal: RunJournal

  /// Prepares the loop on every rank.
  ///
  /// - Parameters:
  ///   - dataset: rows trained on and rows set aside.
  ///   - memory: of this rank, with the state to start from, equal on all ranks.
  ///   - recorder: writes checkpoints and metrics; on rank 0 alone, nil elsewhere.
  ///   - observer: is told how it goes; on rank 0 alone, nil elsewhere.
  ///   - steps: how many there are, where these are not the configuration's epochs.
  ///   - trainsSelectors: whether logits are trained; else the decoder alone is, on what the selectors choose.
  package init(
    configuration: RunConfiguration, communicator: any Communicator, dataset: Dataset,
    memory: TrainingMemory, recorder: (any RunRecorder)?, observer: (any TrainingObserver)?,
    watchdog: Watchdog, log: RunLog, steps: Int? = nil,
    trainsSelectors: Bool = true
  ) throws {
    precondition(memory.topology.plan.worldSize == communicator.size, "memory made for other ranks")
    self.communicator = communicator
    plan = RunPlan(
      configuration: configuration, trainingRows: dataset.split.training.count,
      validationRows: dataset.split.validation.count, steps: steps)
    schedule = StepSchedule(plan, configuration)
    probe = StepProbe(watchdog: watchdog, communicator: communicator)
    step = try TrainingStep(
      configuration: configuration, communicator: communicator, dataset: dataset, memory: memory, plan: plan,
      schedule: schedule, probe: probe, trainsSelectors: trainsSelectors)
    journal = RunJournal(
      configuration: configuration, communicator: communicator, plan: plan, step: step,
      validation: Validation(
        model: memory.state.model, dataset: dataset, rows: dataset.split.watched),
      recorder: recorder, observer: observer, watchdog: watchdog, log: log)
  }

  /// Trains from the state's step to the end of the last epoch, or to `lastStep`, or until a signal; every rank must
  /// call.
  package func run(to lastStep: Int? = nil) throws -> RunOutcome {
    let lastStep = min(lastStep ?? plan.totalSteps, plan.totalSteps)
    var due = schedule.duties(after: state.step)
    step.begin()
    try journal.begin(due)
    while state.step < lastStep {
      let start = communicator.time
      let result = try step.take(state.step, lastStep: lastStep, due: due)
      due = result.due
      state.step += 1
      journal.note(result, time: start)
      if due.contains(.termination) {
        // A peer may be dead already: save before anything else, and enter no collective.
        try journal.save(isLast: true)
        return .stopped(step: state.step, atOnce: true)
      }
      try journal.act(on: result)
      if due.contains(.stop) && !due.contains(.end) {
        try step.requireAgreement()
        try journal.save(isLast: true)
        return .stopped(step: state.step, atOnce: false)
      }
    }
    try journal.save(isLast: true)
    return .completed
  }
}
