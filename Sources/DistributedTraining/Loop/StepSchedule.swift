import RunSettings

/// What is due once a step is done. Whatever it is reads the whole state, which ranks publish their logits for.
package struct StepDuties: OptionSet {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The digest of the parameters goes along with the next step's statistics.
  package static let comparison = StepDuties(rawValue: 1 << 0)
  /// The next step takes up all logits for the diversity term.
  package static let diversity = StepDuties(rawValue: 1 << 1)
  /// A line of metrics.
  package static let metrics = StepDuties(rawValue: 1 << 2)
  /// The loss over the validation rows, at the end of an epoch.
  package static let validation = StepDuties(rawValue: 1 << 3)
  /// A checkpoint.
  package static let checkpoint = StepDuties(rawValue: 1 << 4)
  /// Pictures.
  package static let pictures = StepDuties(rawValue: 1 << 5)
  /// The loop ends as planned.
  package static let end = StepDuties(rawValue: 1 << 6)
  /// A rank was asked to stop.
  package static let stop = StepDuties(rawValue: 1 << 7)
  /// The launcher is ending the job: a peer may be dead, and no collective may be entered.
  package static let termination = StepDuties(rawValue: 1 << 8)

  /// What compares the parameters or may save them.
  static let sealed: StepDuties = [.comparison, .validation, .checkpoint, .end, .stop, .termination]
}

/// Says what is due when; the same on every rank.
package struct StepSchedule {
  private let plan: RunPlan
  private let output: OutputConfiguration
  private let everyStep: StepDuties

  /// Epochs between validations, and between checkpoints where nothing else is said: short epochs of a long run are
  /// taken together, up to 100 steps, since writing takes longer than they do.
  private let epochsApart: Int
  private static let (mostEnds, stepsApart) = (50, 100)

  /// Steps between comparisons of the ranks' parameters.
  private static let comparisonInterval = 50

  package init(_ plan: RunPlan, _ configuration: RunConfiguration) {
    self.plan = plan
    output = configuration.output
    let epochs = plan.totalSteps / plan.stepsPerEpoch
    epochsApart = max(
      1, min(epochs / Self.mostEnds, (Self.stepsApart + plan.stepsPerEpoch - 1) / plan.stepsPerEpoch))
    everyStep = configuration.selector.gjsWeight == 0 ? [] : .diversity
  }

  /// What is due when `steps` steps are done, but for a stop; before the first, only what comes before a run.
  package func duties(after steps: Int) -> StepDuties {
    var duties = everyStep
    let epoch = plan.epoch(after: steps)
    let endsEpoch = plan.endsEpoch(steps)
    // Now and then, and so that what is saved after the next step is what every rank holds.
    if steps % Self.comparisonInterval == 0 || plan.endsEpoch(steps + 1) || savesCheckpoint(after: steps + 1)
    {
      duties.insert(.comparison)
    }
    let isPictured = steps == plan.totalSteps || output.snapshotEpochs.contains(epoch) || steps == 0
    if endsEpoch && isPictured && !output.snapshotEpochs.isEmpty { duties.insert(.pictures) }
    guard steps > 0 else { return duties }
    if isStation(steps) { duties.insert(.validation) }
    if endsEpoch || steps % output.logEvery == 0 { duties.insert(.metrics) }
    if savesCheckpoint(after: steps) { duties.insert(.checkpoint) }
    return duties
  }

  /// What is due when `steps` steps of a loop up to `lastStep` are done, of which the last gave these statistics.
  func duties(after steps: Int, lastStep: Int, _ statistics: StepStatistics) -> StepDuties {
    var duties = duties(after: steps)
    if steps == lastStep { duties.insert(.end) }
    if statistics.stopRequested { duties.insert(.stop) }
    if statistics.terminateRequested { duties.insert(.termination) }
    return duties
  }

  /// Every `checkpoint-every` steps, or where validation is, and at the end.
  private func savesCheckpoint(after steps: Int) -> Bool {
    let every = output.checkpointEvery
    return every == 0 ? isStation(steps) : steps % every == 0 || steps == plan.totalSteps
  }

  /// Whether so many steps are the end of an epoch, or of the last of some short ones.
  private func isStation(_ steps: Int) -> Bool {
    steps % (plan.stepsPerEpoch * epochsApart) == 0 || steps == plan.totalSteps
  }
}

extension RunPlan {
  /// Whether so many steps make whole epochs.
  func endsEpoch(_ steps: Int) -> Bool { steps % stepsPerEpoch == 0 }

  /// The epoch of the last of so many steps, from 1; 0 before the first.
  func epoch(after steps: Int) -> Int { (steps + stepsPerEpoch - 1) / stepsPerEpoch }
}
