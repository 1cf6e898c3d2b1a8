import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import Logging
import RunSettings

/// What rank 0 writes while a run goes on. A disk that fails costs a warning, not the run.
public final class Recorder: RunRecorder {
  private let logger: Logger
  private let metrics: MetricsLog
  private let events: EventLog?
  private let checkpoints: CheckpointWriter

  /// Opens the metrics of a run directory, keeping the lines up to the state's step.
  public init(
    directory: RunDirectory, configuration: RunConfiguration, facts: RunFacts, step: Int, logger: Logger
  ) throws {
    self.logger = logger
    metrics = try MetricsLog(path: directory.metrics, keepingUpTo: step)
    events = configuration.output.tensorBoard ? try EventLog(directory) : nil
    checkpoints = CheckpointWriter(
      store: directory.checkpoints, configuration: configuration, facts: facts, logger: logger)
  }

  /// Appends a line of metrics.
  public func record(_ record: MetricsRecord, model: Autoencoder<Float>) {
    do {
      try metrics.append(record)
      try events?.append(record, model: model)
    } catch {
      logger.warning("no metrics of step \(record.step): \(error)")
    }
  }

  /// Shows a grey image, the PNG file at `path`, in TensorBoard if that is wanted.
  package func show(imageAt path: String, tag: String, step: Int) throws {
    guard let events else { return }
    try events.append(png: Data(contentsOf: URL(fileURLWithPath: path)), tag: tag, step: step)
  }

  /// Saves the state unless it is saved already, in the background unless `isLast` says that no further attempt
  /// follows: then this returns once the state is on the disk, or has failed to get there.
  public func save(_ state: ModelState, isLast: Bool) { checkpoints.save(state, isLast: isLast) }
}
