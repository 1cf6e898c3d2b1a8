import CVectorMath
import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// Where the ranks' gradients meet: each rank writes those of its micro-batches, adds up its shard of all, and updates
/// that shard. Where ranks divide features, most of a shard is one rank's gradient alone.
///
/// Within a node ranks read each other's gradients in shared memory. Across nodes the shares are added by ONE
/// all-reduce a step, which the statistics ride in, or, where every bit counts, by `TreeExchange`. A rank that
/// shares no memory has the whole as its shard.
package final class StepExchange {
  /// The part of the update that is this rank's.
  package var shard: OptimizerShard { shards[topology.node.rank] }
  /// The parts of all ranks of the node.
  let shards: [OptimizerShard]
  /// This rank's micro-batches, in order.
  package let tasks: [MicroBatchTask]
  /// The sums of all ranks' statistics, after `reduce`.
  package let totals: StepStatistics

  private let topology: RankTopology
  private let slot: GradientSlot
  private let allStatistics: [StepStatistics]
  private let ownSums: Int
  private let sources: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
  private let totalStorage: AlignedBuffer<Float>
  private let across: Across

  /// How sums of nodes become sums of all.
  private enum Across {
    /// There is one node, whose gradients are added as the program says.
    case none(SumProgram)
    /// The rank is alone on its copy: its gradient and statistics are added up where they lie.
    case inPlace(any Communicator)
    /// The node's sum goes through a buffer.
    case staged(any Communicator, SumProgram, AlignedBuffer<Float>)
    /// Sums of whole nodes of the tree go to those who add them up.
    case tree(TreeExchange)
  }

  /// Throws `ConfigurationError` for a model that is too large for one call of MPI.
  package init(memory: TrainingMemory) throws {
    let (topology, shape) = (memory.topology, memory.state.model.shape)
    let layout = memory.state.model.layout
    let plan = topology.plan
    let (node, rank) = (topology.nodeIndex, topology.node.rank)
    self.topology = topology
    slot = memory.slots[rank]
    allStatistics = memory.slots.map(\.statistics)
    let slices = TensorParallelGroup<Float>.slices(
      featureCount: shape.featureCount, memberCount: topology.node.size)
    shards = slices.indices.map { member in
      switch plan.division {
      case .rows: OptimizerShard(layout: layout, index: member, count: slices.count)
      case .features:
        OptimizerShard(
          layout: layout, gradientLayout: memory.slots[member].layout, features: slices[member],
          outputsAreFeatures: shape.outputsAreFeatures, index: member, count: slices.count)
      }
    }
    tasks = plan.tasks(node: node, rank: rank)
    ownSums = plan.sums(node: node, rank: rank).count
    totalStorage = AlignedBuffer(count: StepStatistics.Layout(plan).count)
    totals = StepStatistics(totalStorage.base, layout: StepStatistics.Layout(plan))

    // What the node's ranks have added up by themselves, in the order of the micro-batches.
    var sums: [Range<Int>] = []
    var bases: [UnsafePointer<Float>?] = []
    for other in memory.slots.indices {
      for (buffer, sum) in plan.sums(node: node, rank: other).enumerated() {
        sums.append(sum)
        // What is summed begins with the decoder, which lies elsewhere in the gradient of another slice of features.
        let shift = memory.slots[other].layout.decoderOffset - slot.layout.decoderOffset
        bases.append(UnsafePointer(memory.slots[other].buffers[buffer].base + shift))
      }
    }
    sources = .allocate(capacity: bases.count)
    _ = sources.initialize(from: bases)
    across = try Self.across(topology, sums: sums, shard: shards[rank])
  }

  /// A digest that this rank shows the others of its node.
  var seal: UInt64 {
    get { seal(of: topology.node.rank) }
    set { allStatistics[topology.node.rank].seal = newValue }
  }

  /// The digest that a rank of the node shows.
  func seal(of rank: Int) -> UInt64 { allStatistics[rank].seal }

  private static func across(
    _ topology: RankTopology, sums: [Range<Int>], shard: OptimizerShard
  ) throws -> Across {
    let plan = topology.plan
    let programs = plan.tree.nodes(within: plan.microBatches(node: topology.nodeIndex)).map {
      SumTree.program(for: $0, from: sums)
    }
    guard let across = topology.across else {
      guard let program = programs.first else { preconditionFailure("a batch has a micro-batch") }
      return .none(program)
    }
    if case .exact = plan.reduction {
      return .tree(try TreeExchange(plan: plan, across: across, shard: shard, programs: programs))
    }
    // Every rank has a micro-batch, so every node has a sum.
    guard topology.node.size > 1, let program = SumProgram.inOrder(programs) else { return .inPlace(across) }
    let count = shard.count + StepStatistics.Layout(plan).sumCount
    return .staged(across, program, AlignedBuffer(count: count))
  }

  deinit { sources.deallocate() }

  /// The buffer that a task's gradient (flat) goes to.
  package func gradient(of task: MicroBatchTask) -> UnsafeMutablePointer<Float> {
    slot.buffers[task.buffer].base
  }

  /// A digest of a task's gradient, before it is added to another.
  func digest(of task: MicroBatchTask) -> UInt64 {
    cvm_digest(gradient(of: task), slot.layout.count * MemoryLayout<Float>.stride)
  }

  /// This rank's shard of the gradient's sum over all ranks, after `reduce`; in the slot's layout.
  package var gradient: UnsafeMutablePointer<Float> { slot.buffers[0].base }

  /// This rank's statistics.
  package var statistics: StepStatistics { slot.statistics }

  /// Leaves this rank no gradient of the logits, for steps that write none.
  func clearLogits() {
    for buffer in slot.buffers { buffer.base.update(repeating: 0, count: slot.layout.logits.count) }
  }

  /// Adds up what can be after a task.
  package func finish(_ task: MicroBatchTask) {
    for addition in 0..<task.additions {
      let buffer = task.buffer - addition
      Float.addScaled(
        x: slot.buffers[buffer - 1].base, y: slot.buffers[buffer].base, count: slot.layout.count, scale: 1)
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
    for part in shard.parts {
      for index in part.gradient { gradient[index] *= factor }
    }
  }

  /// Ends a step, when every rank of the node has updated its shard; every rank must call.
  package func finish() throws { try topology.node.synchronize() }

  private func addUp() throws -> Bool {
    switch across {
    case .none(let program):
      totals.sum(allStatistics)
      var isFinite = true
      for part in shard.parts {
        isFinite = (part.isSummed ? addUp(program, part.gradient) : isPartFinite(part)) && isFinite
      }
      return isFinite
    case .inPlace(let across):
      let count = slot.layout.count + statistics.layout.sumCount
      try across.allReduce(UnsafeMutableBufferPointer(start: gradient, count: count), .sum)
      totals.sum([statistics])
      return isShardFinite
    case .staged(let across, let program, let staging):
      totals.sum(allStatistics)
      var end = staging.base
      for part in shard.parts {
        if part.isSummed {
          _ = sum(program, part.gradient, into: end)
        } else {
          end.update(from: gradient + part.gradient.lowerBound, count: part.gradient.count)
        }
        end += part.gradient.count
      }
      end.update(from: totals.sums.baseAddress!, count: totals.sums.count)
      try across.allReduce(staging.elements, .sum)
      totals.sums.baseAddress!.update(from: end, count: totals.sums.count)
      end = staging.base
      for part in shard.parts {
        (gradient + part.gradient.lowerBound).update(from: end, count: part.gradient.count)
        end += part.gradient.count
      }
      return isShardFinite
    case .tree(let tree):
      totals.sum(allStatistics)
      try tree.addUp(sources: UnsafePointer(sources.baseAddress!), statistics: totals, into: gradient)
      return isShardFinite
    }
  }

  private func addUp(_ program: SumProgram, _ part: Range<Int>) -> Bool {
    sum(program, part, into: gradient + part.lowerBound)
  }

  private func sum(_ program: SumProgram, _ part: Range<Int>, into out: UnsafeMutablePointer<Float>) -> Bool {
    Float.sum(
      out: out, sources: UnsafePointer(sources.baseAddress!), offset: part.lowerBound, program: program,
      count: part.count)
  }

  private var isShardFinite: Bool { shard.parts.allSatisfy(isPartFinite) }

  private func isPartFinite(_ part: OptimizerShard.Part) -> Bool {
    Float.allFinite(x: gradient + part.gradient.lowerBound, count: part.gradient.count)
  }

  /// Whether this rank's own gradients are finite; of use only before `reduce`, or when they are worked out again.
  var isGradientFinite: Bool {
    slot.buffers.prefix(ownSums).allSatisfy { Float.allFinite(x: $0.base, count: slot.layout.count) }
  }
}
