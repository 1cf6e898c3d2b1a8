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
  /// What each rank of the node writes in a step.
  let slots: [GradientSlot]

  /// Takes the storage from `sharing`, in the same order on every rank.
  init(shape: ModelShape, sharing: NodeSharing, plan: ReductionPlan) {
    let layout = ParameterLayout(shape: shape)
    parameters = sharing.take(layout.count)
    first = sharing.take(layout.count)
    second = sharing.take(layout.count)
    selection = sharing.take(shape.selectorCount * shape.featureCount)
    slots = (0..<sharing.node.size).map { rank in
      GradientSlot(
        parameterCount: layout.count, bufferCount: plan.bufferCount(node: sharing.nodeIndex, rank: rank),
        tail: StepTail.Layout(plan), sharing: sharing)
    }
  }

  /// Bytes of all storage on a node whose ranks share it.
  static func byteCount(shape: ModelShape, plan: ReductionPlan, node: Int) -> Int {
    let layout = ParameterLayout(shape: shape)
    var counts = [layout.count, layout.count, layout.count, shape.selectorCount * shape.featureCount]
    for rank in 0..<plan.ranksPerNode {
      counts += GradientSlot.counts(
        parameterCount: layout.count, bufferCount: plan.bufferCount(node: node, rank: rank),
        tail: StepTail.Layout(plan))
    }
    return counts.reduce(0) { $0 + AlignedBuffer<Float>.aligned($1) } * MemoryLayout<Float>.stride
  }
}
