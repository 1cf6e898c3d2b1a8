import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import RunSettings

/// What rank 0 writes while a run goes on. A disk that fails costs a warning, not the run.
package final class Recorder: RunRecorder {
  private let log: RunLog
  private let metrics: MetricsLog
  private let events: EventLog?
  private let checkpoints: CheckpointWriter
  private var isWaiting = false

  /// Opens the metrics of a run directory, keeping the lines up to the state's step.
  package init(
    directory: RunDirectory, configuration: RunConfiguration, facts: RunFacts, step: Int, log: RunLog
  ) throws {
    self.log = log
    metrics = try MetricsLog(path: directory.metrics, keepingUpTo: step)
    events = configuration.output.tensorBoard ? try EventLog(directory) : nil
    checkpoints = CheckpointWriter(
      store: directory.checkpoints, configuration: configuration, facts: facts, log: log)
  }

  /// Appends a line of metrics; one that cannot be written is kept for later.
  package func record(_ record: MetricsRecord, model: Autoencoder<Float>) {
    do {
      try metrics.append(record)
      if isWaiting { log.notice("the metrics that waited are written, up to step \(record.step)") }
      isWaiting = false
    } catch {
      if !isWaiting { log.warning("metrics from step \(record.step) on wait to be written: \(error)") }
      isWaiting = true
    }
    do {
      try events?.append(record, model: model)
    } catch {
      log.warning("no TensorBoard events of step \(record.step): \(error)")
    }
  }

  /// Shows a grey image, the PNG file at `path`, in TensorBoard if that is wanted.
  package func show(imageAt path: String, tag: String, step: Int) throws {
    guard let events else { return }
    try events.append(png: Data(contentsOf: URL(fileURLWithPath: path)), tag: tag, step: step)
  }

  /// Saves the state unless it is saved already, in the background unless `isLast` says that no further attempt
  /// follows: then this returns once the state is on the disk, or has failed to get there.
  package func save(_ state: ModelState, isLast: Bool) {
    checkpoints.save(state, isLast: isLast)
    if isLast { endMetrics() }
  }

  private func endMetrics() {
    do {
      try metrics.flush()
    } catch {
      log.error(
        "metrics that waited are lost (lines: \(metrics.waitingCount + metrics.lostCount)): \(error)")
      return
    }
    if metrics.lostCount > 0 {
      log.error("metrics are lost, for want of room to keep them (lines: \(metrics.lostCount))")
    }
  }
}
