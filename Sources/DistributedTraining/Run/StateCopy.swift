import ConcreteAutoencoder
import LinearAlgebra

/// The numbers of a training state at one step, in memory of their own, while they are written.
///
/// Passed between two threads, never used by both: the loop fills it while nothing is written, the writing thread
/// reads it and notes how that went. `BackgroundThread` orders the one before the other.
final class StateCopy: @unchecked Sendable {
  private let buffers: [AlignedBuffer<Float>]
  private(set) var contents: CheckpointContents
  /// Whether these numbers are on the disk.
  var isSaved = false

  /// Takes the memory for a state's numbers; `fill(from:)` copies them.
  init(of state: TrainingState) {
    buffers = state.buffers.map { AlignedBuffer(count: $0.buffer.count) }
    contents = state.contents
  }

  /// Copies the state as it is now over what was copied before.
  func fill(from state: TrainingState) {
    let source = state.contents
    for (mine, theirs) in zip(buffers, source.buffers) {
      mine.base.update(from: theirs.buffer.base, count: theirs.buffer.count)
    }
    contents = CheckpointContents(
      step: source.step, best: source.best, shape: source.shape,
      buffers: zip(source.buffers, buffers).map { ($0.prefix, $1) })
    isSaved = false
  }
}
