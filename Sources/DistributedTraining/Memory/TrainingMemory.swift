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
  /// The selection matrix M, [K, D], block after block of the features; nil where there are several.
  package let selection: AlignedBuffer<Float>?
  /// This rank among those that divide the features; alone where they divide rows.
  package let group: TensorParallelGroup<Float>
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
  /// can; every rank must call. Features are cut into `blocks`, by default those that are usual for the model.
  package init(
    shape: ModelShape, communicator: any Communicator, configuration: RunConfiguration,
    blocks: FeatureBlocks? = nil
  ) throws {
    let training = configuration.training
    let hasSelection = configuration.selector.noiseGroups == 1
    let blocks = blocks ?? configuration.featureBlocks(featureCount: shape.featureCount)
    var topology = try RankTopology.over(
      communicator, microBatches: training.microBatchCount(blocks), blocks: blocks,
      sharesMemory: training.shareMemory)
    func makeRegions(_ topology: RankTopology) -> Regions {
      Regions(
        shape: shape, topology: topology, batchSize: training.batchSize, hasSelection: hasSelection)
    }
    var regions = makeRegions(topology)
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
      regions = makeRegions(topology)
      arena = try NodeArena(regions.layout, sharedBy: topology.node)
    }
    guard let arena else { preconditionFailure("a rank's own memory is not refused") }
    self.topology = topology
    self.arena = arena
    spotCheck = SpotCheck(topology.plan)
    state = ModelState(
      shape: shape,
      storage: (arena[regions.parameters], arena[regions.first], arena[regions.second]))
    selection = regions.selection.map { arena[$0] }
    indirectGradient = regions.indirectGradient.map { arena[$0] }
    let divides = topology.plan.dividesFeatures
    group = TensorParallelGroup(
      shape: shape, blocks: blocks, member: divides ? topology.node.rank : 0,
      memberCount: divides ? topology.node.size : 1, maximumRows: regions.groupRows,
      storage: regions.group.map { arena[$0] })
    slots = regions.slots.enumerated().map { rank, buffers in
      GradientSlot(shape, topology.plan, rank: rank, buffers: buffers.map { arena[$0] })
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
    private(set) var indirectGradient: NodeArena.Region?
    /// What ranks that divide the features leave each other.
    private(set) var group: NodeArena.Region?
    /// Rows that are worked on together.
    let groupRows: Int
    /// The gradient buffers of each rank.
    private(set) var slots: [[NodeArena.Region]] = []

    init(shape: ModelShape, topology: RankTopology, batchSize: Int, hasSelection: Bool) {
      let plan = topology.plan
      groupRows = plan.largestGroup(batchSize: batchSize, node: topology.nodeIndex)
      let whole = ParameterLayout(shape: shape)
      parameters = layout.declare(whole.count)
      first = layout.declare(whole.count)
      second = layout.declare(whole.count)
      if whole.indirect != nil {
        indirectGradient = layout.declare(whole.decoderOffset + whole.indirectRange.count)
      }
      if hasSelection { selection = layout.declare(shape.selectorCount * shape.featureCount) }
      if plan.dividesFeatures {
        group = layout.declare(
          TensorParallelGroup<Float>.storageCount(
            shape: shape, blocks: plan.blocks, maximumRows: groupRows))
      }
      slots = GradientSlot.declare(shape, plan, node: topology.nodeIndex, in: &layout)
    }
  }
}
