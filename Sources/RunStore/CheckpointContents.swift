import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra

/// What a checkpoint holds of a run: the step, the best loss so far, and places in memory of the numbers.
struct CheckpointContents {
  let step: Int
  let best: BestLoss?
  let interval: LossSums
  let shape: ModelShape
  /// Parameters and both moments, each in the shape's `ParameterLayout`, with what their tensors' names begin with.
  let buffers: [(prefix: String, buffer: AlignedBuffer<Float>)]
}

extension TrainingState {
  /// What a checkpoint holds of this state, where it stands: no number is copied.
  var contents: CheckpointContents {
    CheckpointContents(
      step: step, best: best, interval: interval, shape: model.shape, buffers: buffers)
  }
}
