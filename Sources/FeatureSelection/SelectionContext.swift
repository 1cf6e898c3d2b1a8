import Communication
import DistributedTraining

/// What stages work with.
package struct SelectionContext {
  /// The run: settings, data, state, files.
  package let session: TrainingSession
  /// The ranks.
  package let communicator: any Communicator
  /// Is told how training goes; on rank 0 alone.
  package let observer: (any TrainingObserver)?
}
