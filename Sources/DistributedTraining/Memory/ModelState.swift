import ConcreteAutoencoder
import LinearAlgebra

/// All that a run is at a step: with its configuration, the rest of the run follows from it. It knows nothing of ranks.
package final class ModelState {
  /// Parameters.
  package let model: Autoencoder<Float>
  /// Moments.
  package let adam: Adam<Float>
  /// Steps done.
  package var step = 0
  /// The lowest validation loss so far and the step it was measured at.
  package var best: BestLoss?
  /// Losses since the last line of metrics.
  package var interval = LossSums()

  /// A state with every number zero, in memory of its own or in that of `storage`, whose length is that of the shape's
  /// `ParameterLayout`.
  package init(
    shape: ModelShape,
    storage: (parameters: AlignedBuffer<Float>, first: AlignedBuffer<Float>, second: AlignedBuffer<Float>)? =
      nil
  ) {
    model = Autoencoder(shape: shape, storage: storage?.parameters)
    adam = Adam(layout: model.layout, first: storage?.first, second: storage?.second)
  }

  /// Parameters and both moments, all with the same layout, and what their tensors' names begin with in a file.
  package var buffers: [(prefix: String, buffer: AlignedBuffer<Float>)] {
    Array(zip(Self.prefixes, [model.parameters, adam.first, adam.second]))
  }

  /// Takes over the numbers, step and losses of another state of the same shape.
  package func copy(_ other: ModelState) {
    for (mine, theirs) in zip(buffers, other.buffers) {
      mine.buffer.base.update(from: theirs.buffer.base, count: theirs.buffer.count)
    }
    step = other.step
    best = other.best
    interval = other.interval
  }

  /// What the tensors' names begin with in a file: nothing for parameters, then the moments.
  package static let prefixes = ["", "adam.first.", "adam.second."]
}

/// The lowest validation loss of a run.
package struct BestLoss: Sendable, Equatable {
  /// Steps done when it was measured.
  package var step: Int
  /// The loss.
  package var loss: Double

  /// A loss measured after `step` steps.
  package init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }
}
