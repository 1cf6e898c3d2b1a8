import ConcreteAutoencoder
import LinearAlgebra

/// All that a run is at a step: with its configuration, the rest of the run follows from it.
public final class TrainingState {
  /// Parameters.
  public let model: Autoencoder<Float>
  /// Moments.
  public let adam: Adam<Float>
  /// Steps done.
  public var step = 0
  /// The lowest validation loss so far and the step it was measured at.
  public var best: BestLoss?

  /// A state with every number zero.
  public init(shape: ModelShape) {
    model = Autoencoder(shape: shape)
    adam = Adam(layout: model.layout)
  }

  /// Parameters and both moments: all with the same layout.
  var buffers: [(prefix: String, buffer: AlignedBuffer<Float>)] {
    Array(zip(Self.prefixes, [model.parameters, adam.first, adam.second]))
  }

  /// What the tensors' names begin with in a file: nothing for parameters, then the moments.
  static let prefixes = ["", "adam.first.", "adam.second."]
}

/// The lowest validation loss of a run.
public struct BestLoss: Sendable, Equatable {
  /// Steps done when it was measured.
  public var step: Int
  /// The loss.
  public var loss: Double

  /// A loss measured after `step` steps.
  public init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }
}
