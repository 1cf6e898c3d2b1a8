import DistributedTraining
import RunSettings
import Testing

/// What is due after which step.
@Suite struct StepScheduleTests {
  /// Ten steps an epoch, three epochs.
  private func schedule(_ change: (inout RunConfiguration) -> Void = { _ in }) -> StepSchedule {
    var configuration = RunConfiguration()
    configuration.training.batchSize = 10
    configuration.training.epochs = 3
    configuration.selector.gjsWeight = 0
    configuration.output.logEvery = 7
    configuration.output.snapshotEpochs = [1]
    change(&configuration)
    return StepSchedule(
      RunPlan(configuration: configuration, trainingRows: 95, validationRows: 5), configuration)
  }

  private func steps(_ schedule: StepSchedule, with duty: StepDuties) -> [Int] {
    (0...30).filter { schedule.duties(after: $0).contains(duty) }
  }

  @Test(
    "lines of metrics by steps and epochs, validation by epochs, pictures of chosen epochs, the start and the end"
  )
  func intervals() {
    let schedule = schedule()
    #expect(steps(schedule, with: .metrics) == [7, 10, 14, 20, 21, 28, 30])
    #expect(steps(schedule, with: .validation) == [10, 20, 30])
    #expect(steps(schedule, with: .checkpoint) == [10, 20, 30])
    #expect(steps(schedule, with: .pictures) == [0, 10, 30])
    #expect(steps(self.schedule { $0.output.snapshotEpochs = [] }, with: .pictures).isEmpty)
  }

  @Test("of many short epochs some are taken together, up to 100 steps; the last is never left out")
  func shortEpochs() {
    let many = schedule { $0.training.epochs = 163 }
    let ends = (1...1630).filter { many.duties(after: $0).contains(.checkpoint) }
    #expect(ends == stride(from: 30, through: 1620, by: 30) + [1630])
    #expect(ends == (1...1630).filter { many.duties(after: $0).contains(.validation) })
    let long = schedule { $0.training.epochs = 5_000 }
    #expect(
      (1...1000).filter { long.duties(after: $0).contains(.checkpoint) }
        == Array(stride(from: 100, through: 1000, by: 100)))
  }

  @Test("checkpoints by steps, and at the end")
  func checkpoints() {
    let schedule = schedule { $0.output.checkpointEvery = 12 }
    #expect(steps(schedule, with: .checkpoint) == [12, 24, 30])
    // Compared in the step before, so that what is saved is what every rank holds.
    #expect(steps(schedule, with: .comparison) == [0, 9, 11, 19, 23, 29])
  }

  @Test("nothing is due after most steps, and something after each with the diversity term")
  func publishing() {
    #expect(
      (0...30).filter { schedule().duties(after: $0).isEmpty } == [
        1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 15, 16, 17, 18, 22, 23, 24, 25, 26, 27,
      ])
    let diverse = schedule { $0.selector.gjsWeight = 0.1 }
    #expect(steps(diverse, with: .diversity) == Array(0...30))
  }
}
