import ConcreteAutoencoder
import LinearAlgebra
import RunSettings

/// What rank 0 tells about a run while it goes on. Other ranks have no observer.
package protocol TrainingObserver: AnyObject {
  /// When more steps are planned than before.
  func didPlan(_ plan: RunPlan)
  /// After every step; must be cheap. The state may not be whole here: ranks publish their logits when a line of metrics,
  /// a checkpoint or a validation is due.
  func didStep(_ progress: StepProgress)
  /// After every line of metrics.
  func didRecord(_ record: MetricsRecord)
  /// Before training and after the chosen epochs: time for pictures. A thrown error becomes a warning.
  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) throws
}

extension TrainingObserver {
  /// Nothing.
  package func didPlan(_ plan: RunPlan) {}
}

/// Where a run is after a step.
public struct StepProgress: Sendable {
  /// Steps done.
  public let step: Int
  /// The mean loss of this step's batch.
  public let loss: Double
  /// The temperature of this step.
  public let temperature: Double
  /// Seconds since some fixed moment.
  public let time: Double
}

/// How a run ended.
public enum RunOutcome: Sendable, Equatable {
  /// All epochs are done.
  case completed
  /// A signal asked to stop; the state of `step` is saved. With `atOnce` the launcher is ending the job, and
  /// no collective may be entered.
  case stopped(step: Int, atOnce: Bool)
}
