import Communication
import ConcreteAutoencoder
import RunSettings

/// Who is where: the ranks of this node, their peers on the other nodes, and who works on which part of a batch.
///
/// Ranks of a node can work on one copy of a run's state: each updates a shard of it, and ranks with the same shard on
/// other nodes add up over the network (as ZeRO stage 1 divides the update: Rajbhandari et al. 2020, arXiv 1910.02054).
/// A rank without peers on its node, or whose node has no room for shared memory, is a node of its own.
package final class RankTopology {
  /// All ranks of the run.
  private let world: any Communicator
  /// The ranks that share memory with this one; alone, a group of one.
  package let node: any Communicator
  /// The ranks that update the same shard of the other copies; nil when there is one copy.
  package let across: (any Communicator)?
  /// Who works on which part of a batch.
  package let plan: ReductionPlan
  /// Why ranks of one node do not share memory, where they could have.
  package let refusal: String?

  /// The number of this rank's node.
  package var nodeIndex: Int { across?.rank ?? 0 }
  /// This rank's number, node by node.
  var place: Int { nodeIndex * plan.ranksPerNode + node.rank }
  /// Whether ranks of this node share memory.
  package var sharesMemory: Bool { node.size > 1 }

  private init(
    world: any Communicator, node: any Communicator, across: (any Communicator)?, plan: ReductionPlan,
    refusal: String?
  ) {
    self.world = world
    self.node = node
    self.across = across
    self.plan = plan
    self.refusal = refusal
  }

  /// Every rank is a node of its own.
  private static func alone(
    _ world: any Communicator, _ microBatches: Int, _ blocks: FeatureBlocks, refusal: String? = nil
  ) -> RankTopology {
    RankTopology(
      world: world, node: LocalCommunicator(), across: world.size > 1 ? world : nil,
      plan: ReductionPlan(microBatches: microBatches, blocks: blocks, nodeCount: world.size, ranksPerNode: 1),
      refusal: refusal)
  }

  /// Ranks of a machine are one node, if the configuration says so and all machines have equally many; every rank must
  /// call.
  package static func over(
    _ world: any Communicator, microBatches: Int, blocks: FeatureBlocks, sharesMemory: Bool
  ) throws -> RankTopology {
    let alone = alone(world, microBatches, blocks)
    guard sharesMemory, world.size > 1, try world.isUniform() else { return alone }
    let node = try world.nodeGroup()
    guard node.size > 1 else { return alone }
    let across = try world.acrossNodes()
    return RankTopology(
      world: world, node: node, across: across.size > 1 ? across : nil,
      plan: ReductionPlan(
        microBatches: microBatches, blocks: blocks, nodeCount: across.size, ranksPerNode: node.size),
      refusal: nil)
  }

  /// Every rank on its own, because a node has no room.
  func alone(refusal: String) -> RankTopology {
    .alone(world, plan.tree.leaves, plan.blocks, refusal: refusal)
  }

  /// Gives the groups back; every rank must call.
  func free() throws {
    guard sharesMemory else { return }
    try across?.finalize()
    try node.finalize()
  }
}
