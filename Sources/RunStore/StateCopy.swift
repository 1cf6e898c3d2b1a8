import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra

/// The numbers of a training state at one step, in memory of their own, while they are written.
///
/// Passed between two threads, never used by both: the loop fills it while nothing is written, the writing thread
/// reads it and notes how that went. `BackgroundThread` orders the one before the other.
final class StateCopy: @unchecked Sendable {
  private(set) var contents: CheckpointContents
  /// Whether these numbers are on the disk.
  var isSaved = false

  /// Copies a state into new memory.
  init(of state: TrainingState) {
    contents = state.contents.with(buffers: state.buffers.map { AlignedBuffer(copying: $0.buffer) })
  }

  /// Copies a state of the same shape over what was copied before.
  func refill(from state: TrainingState) {
    let buffers = contents.buffers.map(\.buffer)
    for (mine, theirs) in zip(buffers, state.buffers) {
      mine.base.update(from: theirs.buffer.base, count: theirs.buffer.count)
    }
    contents = state.contents.with(buffers: buffers)
    isSaved = false
  }
}

extension CheckpointContents {
  /// The same with its numbers in other places.
  fileprivate func with(buffers others: [AlignedBuffer<Float>]) -> CheckpointContents {
    CheckpointContents(
      step: step, best: best, interval: interval, shape: shape,
      buffers: zip(buffers, others).map { ($0.prefix, $1) })
  }
}
