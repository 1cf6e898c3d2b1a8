import CVectorMath
import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// Where the ranks' gradients meet: each rank writes those of its micro-batches, adds up its shard of all, and updates
/// that shard. Where ranks divide features, most of a shard is one rank's gradient alone.
///
/// Within a node ranks read each other's gradients in shared memory; across nodes shares are added by `TreeExchange`, which
/// the statistics ride in. A rank that shares no memory has the whole as its shard.
package final class StepExchange {
  /// The part of the update that is this rank's.
  package var shard: OptimizerShard { shards[topology.node.rank] }
  /// The parts of all ranks of the node.
  let shards: [OptimizerShard]
  /// The sums of all ranks' statistics, after `reduce`.
  package let totals: StepStatistics
  /// Where this rank's gradients go.
  package let gradients: GradientBuffers<Float>

  private let topology: RankTopology
  private let slot: GradientSlot
  private let hiddenPart: Range<Int>
  private let parts: [OptimizerShard.Part]
  private let allStatistics: [StepStatistics]
  private let sources: GradientSources
  private let totalStorage: AlignedBuffer<Float>
  /// Adds up over nodes; nil where there is but one.
  private let tree: TreeExchange?

  /// Throws `ConfigurationError` for a model that is too large for one call of MPI.
  package init(memory: TrainingMemory) throws {
    let topology = memory.topology
    let plan = topology.plan
    let shape = memory.state.model.shape
    let rank = topology.node.rank
    self.topology = topology
    slot = memory.slots[rank]
    gradients = GradientBuffers(slot.buffers.map(\.base), hiddenShift: slot.hiddenShift)
    allStatistics = memory.slots.map(\.statistics)
    shards = (0..<topology.node.size).map { OptimizerShard(shape, plan, rank: $0) }
    parts = shards[rank].parts
    hiddenPart = slot.layout.hiddenRange(shape)
    totalStorage = AlignedBuffer(count: StepStatistics.Layout(plan).count)
    totals = StepStatistics(totalStorage.base, layout: StepStatistics.Layout(plan))
    let (sources, shard) = (GradientSources(memory), shards[rank])
    self.sources = sources
    tree = try topology.across.map {
      try TreeExchange(plan: plan, across: $0, shard: shard, sources: sources)
    }
  }

  /// A digest that this rank shows the others of its node.
  var seal: UInt64 {
    get { seal(of: topology.node.rank) }
    set { allStatistics[topology.node.rank].seal = newValue }
  }

  /// The digest that a rank of the node shows.
  func seal(of rank: Int) -> UInt64 { allStatistics[rank].seal }

  /// A digest of a whole gradient, before it is added to another.
  func digest(of task: MicroBatchTask) -> UInt64 {
    cvm_digest(gradients[task], slot.layout.count * MemoryLayout<Float>.stride)
  }

  /// A digest of what a rank of this node, where these divide the features, has worked out in all its tasks, which is in
  /// `gradients`.
  func digest(of rank: Int, in gradients: GradientBuffers<Float>) -> UInt64 {
    let (plan, node) = (topology.plan, topology.nodeIndex)
    var digest: UInt64 = 0
    func take(_ buffer: Int, _ places: Range<Int>) {
      let bytes = places.count * MemoryLayout<Float>.stride
      digest =
        (digest ^ cvm_digest(gradients.bases[buffer] + places.lowerBound, bytes)) &* 0x9E37_79B9_7F4A_7C15
    }
    for buffer in plan.featureSums(node: node, rank: rank).indices {
      for part in shards[rank].parts where !part.isSummed { take(buffer, part.places) }
    }
    for buffer in plan.sums(node: node, rank: rank).indices {
      take(buffer, hiddenPart.shifted(by: gradients.hiddenShift))
    }
    return digest
  }

  /// The gradient whose logits are the sum over all ranks, as far as they are this rank's, after `reduce`; in the slot's layout.
  package var gradient: UnsafeMutablePointer<Float> { slot.buffers[0].base }

  /// Where the sum over all ranks of a part of this rank's shard is, after `reduce`.
  package func sum(of part: OptimizerShard.Part) -> UnsafeMutablePointer<Float> {
    gradient + part.places.lowerBound + (part.isSummed ? slot.hiddenShift : 0)
  }

  /// This rank's statistics.
  package var statistics: StepStatistics { slot.statistics }

  /// Leaves this rank no gradient of the logits, for steps that write none.
  func clearLogits() {
    let places = topology.plan.dividesFeatures ? shard.logits.places : 0..<slot.layout.logits.count
    for buffer in slot.buffers {
      (buffer.base + places.lowerBound).update(repeating: 0, count: places.count)
    }
  }

  /// Adds up this rank's shard of the gradient, and the statistics; every rank must call.
  ///
  /// Returns, the same on every rank, whether all of the gradient and the loss are finite. Nothing has been
  /// updated then.
  package func reduce() throws -> Bool {
    try topology.node.synchronize()
    // Two meetings instead of a look at each gradient before the first: they cost less than the look.
    statistics.isAlarmed = try !addUp()
    try topology.node.synchronize()
    for statistics in allStatistics where statistics.isAlarmed { return false }
    return totals.isLossFinite
  }

  /// Multiplies this rank's shard of the gradient's sum by a factor, the same on every rank.
  package func scaleGradient(by factor: Float) {
    for part in parts {
      let start = sum(of: part)
      for index in 0..<part.places.count { start[index] *= factor }
    }
  }

  /// Ends a step, when every rank of the node has updated its shard; every rank must call.
  package func finish() throws { try topology.node.synchronize() }

  private func addUp() throws -> Bool {
    totals.sum(allStatistics)
    if let tree {
      try tree.addUp(statistics: totals, into: sum)
    } else {
      // One node has all micro-batches: their sum is the root, and its first.
      for part in parts where part.isSummed {
        sources.sum(0, part, into: sum(of: part))
      }
    }
    return parts.allSatisfy { Float.allFinite(x: sum(of: $0), count: $0.places.count) }
  }

  /// Whether this rank's own gradients are finite; of use only before `reduce`, or when they are worked out again.
  var isGradientFinite: Bool {
    let (plan, node, rank) = (topology.plan, topology.nodeIndex, topology.node.rank)
    func isFinite(_ buffer: Int, _ places: Range<Int>) -> Bool {
      Float.allFinite(x: gradients.bases[buffer] + places.lowerBound, count: places.count)
    }
    let sums = plan.sums(node: node, rank: rank).indices
    guard plan.dividesFeatures else { return sums.allSatisfy { isFinite($0, 0..<slot.layout.count) } }
    return sums.allSatisfy { isFinite($0, hiddenPart.shifted(by: slot.hiddenShift)) }
      && plan.featureSums(node: node, rank: rank).indices.allSatisfy { buffer in
        parts.allSatisfy { $0.isSummed || isFinite(buffer, $0.places) }
      }
  }
}
