import ConcreteAutoencoder
import LinearAlgebra

/// Keeps what a run leaves while it goes on. On rank 0 alone; a failure costs a warning, not the run.
package protocol RunRecorder: AnyObject {
  /// Takes a line of metrics, with the model as it stands after that step.
  func record(_ record: MetricsRecord, model: Autoencoder<Float>)
  /// Saves the state unless it is saved already. `isLast` says that no further attempt follows: then this returns once
  /// the state is on the disk, or has failed to get there.
  func save(_ state: ModelState, isLast: Bool)
}
