import LinearAlgebra

/// The gradients that the ranks of a node have added up by themselves, and how the node's sums come about from them: each a
/// whole node of the tree over the micro-batches.
final class GradientSources {
  /// How many sums the node has.
  let count: Int
  private let programs: [SumProgram]
  /// The gradients of all ranks that the programs speak of.
  private let all: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
  /// This rank's, which are the sums already where ranks divide the features.
  private let own: [UnsafeMutablePointer<Float>]

  init(_ memory: TrainingMemory) {
    let (topology, plan) = (memory.topology, memory.topology.plan)
    let node = topology.nodeIndex
    // In the order of the micro-batches.
    var sums: [Range<Int>] = []
    var bases: [UnsafePointer<Float>?] = []
    for rank in memory.slots.indices {
      for (buffer, sum) in plan.sums(node: node, rank: rank).enumerated() {
        sums.append(sum)
        let slot = memory.slots[rank]
        bases.append(UnsafePointer(slot.buffers[buffer].base + slot.hiddenShift))
      }
    }
    all = .allocate(capacity: bases.count)
    _ = all.initialize(from: bases)
    own = memory.slots[topology.node.rank].buffers.map(\.base)
    programs = plan.tree.nodes(within: plan.microBatches(node: node)).map {
      SumTree.program(for: $0, from: sums)
    }
    count = programs.count
  }

  deinit { all.deallocate() }

  /// The node's sum `index`, in the places of a part of this rank's shard.
  func sum(_ index: Int, _ part: OptimizerShard.Part, into out: UnsafeMutablePointer<Float>) {
    let places = part.places
    guard part.isSummed else {
      return out.update(from: own[index] + places.lowerBound, count: places.count)
    }
    _ = Float.sum(
      out: out, sources: UnsafePointer(all.baseAddress!), offset: places.lowerBound,
      program: programs[index], count: places.count)
  }
}
