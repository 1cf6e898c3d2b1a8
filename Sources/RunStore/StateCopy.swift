import DistributedTraining

/// A copy of a state at one step, while it is written.
///
/// Passed between two threads, never used by both: the loop fills it while nothing is written, the writing thread
/// reads it and notes how that went. `BackgroundThread` orders the one before the other.
final class StateCopy: @unchecked Sendable {
  let state: ModelState
  /// Whether this state is on the disk.
  var isSaved = false

  /// Copies a state into new memory.
  init(of other: ModelState) {
    state = ModelState(shape: other.model.shape)
    state.copy(other)
  }

  /// Copies a state of the same shape over what was copied before.
  func refill(from other: ModelState) {
    state.copy(other)
    isSaved = false
  }
}
