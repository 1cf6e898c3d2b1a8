import Communication
import ConcreteAutoencoder
import LinearAlgebra
import RunSettings

/// The memory that a rank trains with: the model's state, and what a step passes between ranks of a node.
package final class TrainingMemory {
  /// Who is where, and who shares this memory.
  package let topology: RankTopology
  /// The model's state, one for all ranks of the node.
  package let state: ModelState
  /// The selection matrix M, [K, D], where ranks have it in common; nil where each has its features of it.
  package let selection: AlignedBuffer<Float>?
  /// This rank among those that divide the features; alone where they divide rows.
  package let tensorGroup: TensorParallelGroup<Float>
  /// What each rank of the node writes in a step.
  package let slots: [GradientSlot]

  /// Where the summed gradient of the logits, [K, D], and behind it that of what they follow from, meet; nil where logits are
  /// parameters.
  let indirectGradient: AlignedBuffer<Float>?

  /// When whose gradient is worked out twice; nil where it is not.
  let spotCheck: SpotCheck?

  /// Whether gradients are worked out twice now and then.
  package var checksSpots: Bool { spotCheck != nil }

  package let arena: NodeArena

  /// Memory with every number zero, of this rank, or shared by those of its node if the configuration says so and they
  /// can; every rank must call.
  package init(shape: ModelShape, communicator: any Communicator, configuration: RunConfiguration) throws {
    let batchSize = configuration.training.batchSize
    var topology = try RankTopology.over(communicator, shape: shape, configuration: configuration)
    var regions = Regions(shape: shape, topology: topology, batchSize: batchSize)
    var arena: NodeArena?
    var refusal = "another node has no room for shared memory"
    do {
      arena = try NodeArena(regions.layout, sharedBy: topology.node)
    } catch let error as CommunicationError {
      refusal = "\(error)"
    }
    // One node without room makes all ranks work alone: copies must be updated in the same parts everywhere.
    if topology.sharesMemory, try communicator.allReduce(Int64(arena == nil ? 0 : 1), .min) == 0 {
      try arena?.free()
      topology = topology.alone(refusal: refusal)
      regions = Regions(shape: shape, topology: topology, batchSize: batchSize)
      arena = try NodeArena(regions.layout, sharedBy: topology.node)
    }
    guard let arena else { preconditionFailure("a rank's own memory is not refused") }
    self.topology = topology
    self.arena = arena
    spotCheck = try SpotCheck.over(communicator, topology.plan)
    state = ModelState(
      shape: shape,
      storage: (arena[regions.parameters], arena[regions.first], arena[regions.second]))
    selection = regions.selection.map { arena[$0] }
    indirectGradient = regions.indirectGradient.map { arena[$0] }
    tensorGroup =
      regions.tensorGroup.map {
        TensorParallelGroup(
          shape: shape, slices: regions.slices, member: topology.node.rank, maximumRows: regions.taskRows,
          storage: arena[$0])
      } ?? .alone(shape: shape)
    slots = regions.slots.map { slot in
      GradientSlot(
        layout: slot.layout, statistics: StepStatistics.Layout(topology.plan),
        buffers: slot.buffers.map { arena[$0] })
    }
  }

  /// Gives the state of rank 0 to all ranks; every rank must call.
  package func distribute() throws {
    if topology.node.isRoot, let across = topology.across {
      for (_, buffer) in state.buffers { try across.broadcast(buffer.bytes, root: 0) }
    }
    try topology.node.synchronize()
  }

  /// Gives shared memory and the groups back; every rank must call, and none uses the state any more.
  package func free() throws {
    try arena.free()
    try topology.free()
  }

  /// What of it lies where.
  private struct Regions {
    private(set) var layout = NodeArena.Layout()
    let parameters, first, second: NodeArena.Region
    private(set) var selection: NodeArena.Region?
    private(set) var tensorGroup: NodeArena.Region?
    private(set) var indirectGradient: NodeArena.Region?
    private(set) var slots: [(layout: ParameterLayout, buffers: [NodeArena.Region])] = []
    /// The features of each rank where ranks divide them.
    let slices: [Range<Int>]
    /// Rows of the largest task.
    let taskRows: Int

    init(shape: ModelShape, topology: RankTopology, batchSize: Int) {
      let plan = topology.plan
      let whole = ParameterLayout(shape: shape)
      taskRows = plan.largestTask(batchSize: batchSize)
      slices = TensorParallelGroup<Float>.slices(
        featureCount: shape.featureCount, memberCount: plan.ranksPerNode)
      parameters = layout.declare(whole.count)
      first = layout.declare(whole.count)
      second = layout.declare(whole.count)
      if whole.indirect != nil {
        indirectGradient = layout.declare(whole.decoderOffset + whole.indirectRange.count)
      }
      switch plan.division {
      case .rows: selection = layout.declare(shape.selectorCount * shape.featureCount)
      case .features:
        tensorGroup = layout.declare(
          TensorParallelGroup<Float>.storageCount(
            shape: shape, memberCount: plan.ranksPerNode, maximumRows: taskRows))
      }
      for (rank, slice) in slices.enumerated() {
        let gradient = ParameterLayout(
          shape: plan.division == .rows ? shape.direct : shape.slice(featureCount: slice.count))
        let buffers = GradientSlot.declare(
          gradient, bufferCount: plan.bufferCount(node: topology.nodeIndex, rank: rank),
          statistics: StepStatistics.Layout(plan), in: &layout)
        slots.append((gradient, buffers))
      }
    }
  }
}
