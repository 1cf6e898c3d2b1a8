import Communication
import ConcreteAutoencoder
import LinearAlgebra
import RunSettings

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
  /// Losses since the last line of metrics.
  public var interval = LossSums()

  /// How its storage is shared with other ranks, if it is.
  package let sharing: NodeSharing
  /// All storage of the state and its steps.
  package let memory: TrainingMemory

  /// A state with every number zero, of this process alone.
  public convenience init(shape: ModelShape) {
    self.init(shape: shape, sharing: .alone(LocalCommunicator(), reduction: .fast), batchSize: 0)
  }

  /// A state with every number zero, to be trained by all ranks; those of a node have one between them, if the
  /// configuration says so and they can. Every rank must call.
  public convenience init(
    shape: ModelShape, communicator: any Communicator, configuration: RunConfiguration
  ) throws {
    let training = configuration.training
    let sharing: NodeSharing =
      training.shareMemory
      ? try .overNodes(communicator, shape: shape, configuration: configuration)
      : .alone(communicator, reduction: training.reduction)
    self.init(shape: shape, sharing: sharing, batchSize: training.batchSize)
  }

  private init(shape: ModelShape, sharing: NodeSharing, batchSize: Int) {
    self.sharing = sharing
    memory = TrainingMemory(shape: shape, sharing: sharing, batchSize: batchSize)
    model = Autoencoder(shape: shape, storage: memory.parameters)
    adam = Adam(layout: model.layout, first: memory.first, second: memory.second)
  }

  /// Parameters and both moments: all with the same layout.
  package var buffers: [(prefix: String, buffer: AlignedBuffer<Float>)] {
    Array(zip(Self.prefixes, [model.parameters, adam.first, adam.second]))
  }

  /// Whether ranks of this node share one copy.
  public var isShared: Bool { sharing.node.size > 1 }

  /// Why ranks of one node do not share memory, where they could have; nil if they do or need not.
  public var sharingRefusal: String? { sharing.refusal }

  /// Gives the state of rank 0 to all ranks; every rank must call.
  package func distribute() throws {
    if sharing.node.isRoot, let across = sharing.across {
      for (_, buffer) in buffers { try across.broadcast(buffer.bytes, root: 0) }
    }
    try sharing.node.synchronize()
  }

  /// Takes over another state's numbers, step and best loss.
  package func copy(_ other: TrainingState) {
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
