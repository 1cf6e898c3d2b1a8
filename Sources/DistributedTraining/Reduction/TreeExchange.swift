import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// Adds a share of the gradient over nodes in the tree's order, whatever the MPI library does.
///
/// The share is cut into a slice a node. Each node sends each slice of its sums, which are whole nodes of the tree,
/// to the slice's owner, with its statistics (`MPI_Alltoallv`); the owner adds up the rest of the tree; then all get all
/// slices (`MPI_Allgatherv`). Nothing is added on the way.
final class TreeExchange {
  private let across: any Communicator
  private let sources: GradientSources
  private let rootProgram: SumProgram
  private let slices: PartLengths
  /// For each slice where it lies in the gradient.
  private let segments: [[OptimizerShard.Part]]
  private let statisticsCount: Int

  private let outgoing: AlignedBuffer<Float>
  private let outgoingParts: PartLengths
  private let incoming: AlignedBuffer<Float>
  private let incomingParts: PartLengths
  private let incomingSums: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
  private let gathered: AlignedBuffer<Float>

  /// - Parameters:
  ///   - across: the ranks with this share, one a node, in the order of the nodes.
  ///   - sources: what this node adds up, in the order of the tree.
  ///
  /// Throws `ConfigurationError` for more numbers than one call of MPI can count.
  init(plan: ReductionPlan, across: any Communicator, shard: OptimizerShard, sources: GradientSources) throws
  {
    self.across = across
    self.sources = sources
    let nodes = 0..<across.size
    let sliceRanges = nodes.map { shard.count * $0 / across.size..<shard.count * ($0 + 1) / across.size }
    slices = PartLengths(sliceRanges.map(\.count))
    segments = sliceRanges.map { shard.segments(of: $0) }
    statisticsCount = StepStatistics.Layout(plan).sumCount

    let statisticsCount = statisticsCount
    let own = sliceRanges[across.rank].count
    let outgoingLengths = sliceRanges.map { sources.count * $0.count + statisticsCount }
    let sums = nodes.map { plan.tree.nodes(within: plan.microBatches(node: $0)) }
    let incomingLengths = sums.map { $0.count * own + statisticsCount }
    // All ranks work this out for all, so that all throw.
    let sumCounts = sums.map(\.count)
    let allTails = across.size * statisticsCount
    let outgoingMost = (sumCounts.max() ?? 0) * shard.count
    let incomingMost = sumCounts.reduce(0, +) * (sliceRanges.map(\.count).max() ?? 0)
    let largest = max(outgoingMost, incomingMost) + allTails
    guard largest <= Int(Int32.max) else {
      throw ConfigurationError(
        option: "micro-batches",
        problem:
          "\(largest) numbers would be sent in one call, and MPI counts to \(Int32.max); fewer micro-batches, or more "
          + "ranks on a node, make it fewer")
    }
    outgoingParts = PartLengths(outgoingLengths)
    let incomingParts = PartLengths(incomingLengths)
    outgoing = AlignedBuffer(count: outgoingParts.count)
    self.incomingParts = incomingParts
    incoming = AlignedBuffer(count: incomingParts.count)
    let base = UnsafePointer(incoming.base)
    let pointers: [UnsafePointer<Float>?] = nodes.flatMap { node in
      sums[node].indices.map { base + incomingParts[node].lowerBound + $0 * own }
    }
    incomingSums = .allocate(capacity: pointers.count)
    _ = incomingSums.initialize(from: pointers)
    rootProgram = SumTree.program(for: plan.tree.root, from: sums.flatMap { $0 })
    gathered = AlignedBuffer(count: shard.count)
  }

  deinit { incomingSums.deallocate() }

  /// Writes the shard's sums over all nodes where `sum` says for each part, and the sums of the nodes' statistics into
  /// `statistics`, which holds this node's; every rank must call.
  func addUp(
    statistics: StepStatistics, into sum: (OptimizerShard.Part) -> UnsafeMutablePointer<Float>
  ) throws {
    for node in 0..<across.size {
      var end = outgoing.base + outgoingParts[node].lowerBound
      for index in 0..<sources.count {
        for segment in segments[node] {
          sources.sum(index, segment, into: end)
          end += segment.places.count
        }
      }
      end.update(from: statistics.sums.baseAddress!, count: statisticsCount)
    }
    try across.exchange(outgoing.base, outgoingParts, into: incoming.base, incomingParts)
    let own = slices[across.rank]
    _ = Float.sum(
      out: gathered.base + own.lowerBound, sources: UnsafePointer(incomingSums.baseAddress!), offset: 0,
      program: rootProgram, count: own.count)
    statistics.clear()
    for node in 0..<across.size {
      statistics.add(incoming.base + incomingParts[node].upperBound - statisticsCount)
    }
    try across.allGather(gathered.base, slices)
    var start = UnsafePointer(gathered.base)
    for segment in segments.joined() {
      sum(segment).update(from: start, count: segment.places.count)
      start += segment.places.count
    }
  }
}
