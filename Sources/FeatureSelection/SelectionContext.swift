import Communication
import DistributedTraining

/// What stages work with.
public struct SelectionContext {
  /// The run: settings, data, state, files.
  public let session: TrainingSession
  /// The ranks.
  public let communicator: any Communicator
  /// Is told how training goes; on rank 0 alone.
  public let observer: (any TrainingObserver)?
}
