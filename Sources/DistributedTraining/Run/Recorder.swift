import Logging

/// What rank 0 writes while a run goes on. A disk that fails costs a warning, not the run.
public final class Recorder {
  private let directory: RunDirectory
  private let configuration: RunConfiguration
  private let facts: RunFacts
  private let logger: Logger
  private let metrics: MetricsLog
  private var savedStep: Int?

  /// Opens the metrics of a run directory, keeping the lines up to the state's step.
  public init(
    directory: RunDirectory, configuration: RunConfiguration, facts: RunFacts, step: Int, logger: Logger
  ) throws {
    self.directory = directory
    self.configuration = configuration
    self.facts = facts
    self.logger = logger
    metrics = try MetricsLog(path: directory.metrics, keepingUpTo: step)
  }

  func record(_ record: MetricsRecord) {
    do {
      try metrics.append(record)
    } catch {
      logger.warning("no metrics of step \(record.step): \(error)")
    }
  }

  /// Saves the state unless it is saved already. `isLast` says that no further attempt follows.
  func save(_ state: TrainingState, isLast: Bool) {
    guard savedStep != state.step else { return }
    do {
      try directory.checkpoints.save(state, configuration: configuration, facts: facts)
      savedStep = state.step
    } catch {
      let consequence = isLast ? "the checkpoint before it stays" : "training goes on and will try again"
      logger.error("no checkpoint of step \(state.step): \(error); \(consequence)")
    }
  }
}
