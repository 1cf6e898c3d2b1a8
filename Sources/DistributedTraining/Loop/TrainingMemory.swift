import ConcreteAutoencoder
import LinearAlgebra

/// The storage of a training state, and of what a step passes between ranks of a node.
struct TrainingMemory {
  /// Parameters.
  let parameters: AlignedBuffer<Float>
  /// First moments.
  let first: AlignedBuffer<Float>
  /// Second moments.
  let second: AlignedBuffer<Float>
  /// The selection matrix M, [K, D].
  let selection: AlignedBuffer<Float>
  /// For each rank of the node a gradient followed by a tail of sums.
  let slots: [AlignedBuffer<Float>]

  /// Takes the storage from `sharing`, in the same order on every rank.
  init(shape: ModelShape, sharing: NodeSharing, worldSize: Int) {
    let layout = ParameterLayout(shape: shape)
    parameters = sharing.take(layout.count)
    first = sharing.take(layout.count)
    second = sharing.take(layout.count)
    selection = sharing.take(shape.selectorCount * shape.featureCount)
    slots = (0..<sharing.node.size).map { _ in
      sharing.take(layout.count + StepTail.count(worldSize: worldSize))
    }
  }

  /// Bytes of all storage when `ranks` of a node share it.
  static func byteCount(shape: ModelShape, ranks: Int, worldSize: Int) -> Int {
    let layout = ParameterLayout(shape: shape)
    let counts =
      [layout.count, layout.count, layout.count, shape.selectorCount * shape.featureCount]
      + Array(repeating: layout.count + StepTail.count(worldSize: worldSize), count: ranks)
    return counts.reduce(0) { $0 + AlignedBuffer<Float>.aligned($1) } * MemoryLayout<Float>.stride
  }
}
