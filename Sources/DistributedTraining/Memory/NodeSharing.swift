import Communication
import ConcreteAutoencoder
import LinearAlgebra
import RunSettings

/// How ranks work on one copy of the training state: those of a node share its memory, each updates its own part
/// of it, and ranks with the same part on other nodes add up over the network (as ZeRO stage 1 divides the update:
/// Rajbhandari et al. 2020, arXiv 1910.02054).
///
/// A rank without peers on its node, or whose node has no room for shared memory, works on a copy of its own.
public final class NodeSharing {
  /// The ranks that share this copy; alone, a group of one.
  package let node: any Communicator
  /// The ranks that update the same part of the other copies; nil when there is one copy.
  let across: (any Communicator)?
  /// Who works on which part of a batch.
  package let plan: ReductionPlan
  /// Why ranks of one node do not share memory, where they could have.
  public let refusal: String?

  private let memory: SharedMemory?
  private var used = 0

  private init(
    node: any Communicator, across: (any Communicator)?, plan: ReductionPlan, memory: SharedMemory?,
    refusal: String? = nil
  ) {
    self.node = node
    self.across = across
    self.plan = plan
    self.memory = memory
    self.refusal = refusal
  }

  /// The number of this copy, or of this rank's node.
  package var nodeIndex: Int { across?.rank ?? 0 }

  /// A copy for each rank.
  public static func alone(
    _ communicator: any Communicator, reduction: BatchReduction, refusal: String? = nil
  ) -> NodeSharing {
    NodeSharing(
      node: LocalCommunicator(), across: communicator.size > 1 ? communicator : nil,
      plan: ReductionPlan(
        reduction, nodeCount: communicator.size, ranksPerNode: 1), memory: nil,
      refusal: refusal)
  }

  /// One copy a node for a model of this shape; every rank must call.
  public static func overNodes(
    _ communicator: any Communicator, shape: ModelShape, configuration: RunConfiguration
  ) throws -> NodeSharing {
    let reduction = configuration.training.reduction
    guard communicator.size > 1, try communicator.isUniform() else {
      return alone(communicator, reduction: reduction)
    }
    let node = try communicator.nodeGroup()
    guard node.size > 1 else { return alone(communicator, reduction: reduction) }
    let across = try communicator.acrossNodes()
    let plan = ReductionPlan(
      reduction, nodeCount: across.size, ranksPerNode: node.size,
      division: WorkDivision(
        reduction: reduction, noiseGroups: configuration.selector.noiseGroups,
        featureCount: shape.featureCount, ranks: node.size,
        rows: configuration.training.batchSize / across.size))
    var memory: SharedMemory?
    var refusal: String?
    do {
      memory = try node.allocateShared(
        byteCount: TrainingMemory.byteCount(
          shape: shape, plan: plan, node: across.rank, batchSize: configuration.training.batchSize))
    } catch let error as CommunicationError {
      refusal = "\(error)"
    }
    // One node without room makes all ranks work alone: copies must be updated in the same parts everywhere.
    guard try communicator.allReduce(Int64(memory == nil ? 0 : 1), .min) == 1 else {
      try memory?.free()
      return alone(
        communicator, reduction: reduction,
        refusal: refusal ?? "another node has no room for shared memory")
    }
    return NodeSharing(node: node, across: across.size > 1 ? across : nil, plan: plan, memory: memory)
  }

  /// Gives shared memory and the groups back; every rank must call, and none uses the state any more.
  package func free() throws {
    guard let memory else { return }
    try memory.free()
    try across?.finalize()
    try node.finalize()
  }

  /// Zero-filled storage that all ranks of the node see, in the order of the calls.
  func take(_ count: Int) -> AlignedBuffer<Float> {
    guard let memory else { return AlignedBuffer(count: count) }
    let start = memory.bytes.baseAddress! + used
    used += AlignedBuffer<Float>.aligned(count) * MemoryLayout<Float>.stride
    precondition(used <= memory.bytes.count, "more shared memory is taken than was asked for")
    return AlignedBuffer(
      base: start.bindMemory(to: Float.self, capacity: count), count: count, owner: memory)
  }
}
