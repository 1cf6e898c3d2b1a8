import ConcreteAutoencoder
import LinearAlgebra

/// The storage of a training state, and of what a step passes between ranks of a node.
package struct TrainingMemory {
  /// Parameters.
  package let parameters: AlignedBuffer<Float>
  /// First moments.
  package let first: AlignedBuffer<Float>
  /// Second moments.
  package let second: AlignedBuffer<Float>
  /// The selection matrix M, [K, D], where ranks have it in common; nil where each has its features of it.
  package let selection: AlignedBuffer<Float>?
  /// This rank among those that divide the features; alone where they divide rows.
  package let team: FeatureTeam<Float>
  /// What each rank of the node writes in a step.
  package let slots: [GradientSlot]

  /// Takes the storage from `sharing`, in the same order on every rank.
  init(shape: ModelShape, sharing: NodeSharing, batchSize: Int) {
    let sizes = Sizes(shape: shape, plan: sharing.plan, node: sharing.nodeIndex, batchSize: batchSize)
    parameters = sharing.take(sizes.layout.count)
    first = sharing.take(sizes.layout.count)
    second = sharing.take(sizes.layout.count)
    switch sharing.plan.division {
    case .rows:
      selection = sharing.take(sizes.matrixCount)
      team = .alone(shape: shape)
    case .features:
      selection = nil
      team = FeatureTeam(
        shape: shape, slices: sizes.slices, member: sharing.node.rank, maximumRows: sizes.taskRows,
        storage: sharing.take(sizes.teamCount))
    }
    slots = (0..<sharing.node.size).map { rank in
      GradientSlot(
        layout: sizes.gradientLayout(rank: rank), bufferCount: sizes.bufferCount(rank: rank),
        tail: sizes.tail, sharing: sharing)
    }
  }

  /// Bytes of all storage on a node whose ranks share it.
  package static func byteCount(shape: ModelShape, plan: ReductionPlan, node: Int, batchSize: Int) -> Int {
    let sizes = Sizes(shape: shape, plan: plan, node: node, batchSize: batchSize)
    var counts = Array(repeating: sizes.layout.count, count: 3)
    counts.append(plan.division == .rows ? sizes.matrixCount : sizes.teamCount)
    for rank in 0..<plan.ranksPerNode {
      counts += GradientSlot.counts(
        layout: sizes.gradientLayout(rank: rank), bufferCount: sizes.bufferCount(rank: rank), tail: sizes.tail
      )
    }
    return counts.reduce(0) { $0 + AlignedBuffer<Float>.aligned($1) } * MemoryLayout<Float>.stride
  }

  /// How many elements each storage has.
  private struct Sizes {
    let shape: ModelShape
    let plan: ReductionPlan
    let node: Int
    let batchSize: Int

    var layout: ParameterLayout { ParameterLayout(shape: shape) }
    var matrixCount: Int { shape.selectorCount * shape.featureCount }
    var taskRows: Int { plan.largestTask(batchSize: batchSize) }
    var tail: StepTail.Layout { StepTail.Layout(plan) }
    var slices: [Range<Int>] {
      FeatureTeam<Float>.slices(featureCount: shape.featureCount, memberCount: plan.ranksPerNode)
    }
    var teamCount: Int {
      FeatureTeam<Float>.storageCount(
        shape: shape, memberCount: plan.ranksPerNode, maximumRows: taskRows)
    }

    func gradientLayout(rank: Int) -> ParameterLayout {
      guard plan.division == .features else { return layout }
      return ParameterLayout(shape: shape.slice(featureCount: slices[rank].count))
    }

    func bufferCount(rank: Int) -> Int { plan.bufferCount(node: node, rank: rank) }
  }
}
