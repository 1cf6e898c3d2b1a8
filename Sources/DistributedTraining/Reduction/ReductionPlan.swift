import RunSettings
import Tables

/// Who works on which chunks of a global batch, and how their gradients become one sum.
///
/// Ranks are numbered node by node, so that a node's chunks lie side by side and most of the tree is added up
/// within nodes. All nodes hold equally many ranks; a rank that shares no memory is a node of its own.
public struct ReductionPlan: Sendable, Equatable {
  /// How it is added up.
  public let reduction: BatchReduction
  /// Nodes.
  public let nodeCount: Int
  /// Ranks of each node.
  public let ranksPerNode: Int
  /// How a node's ranks divide its rows' work.
  public let division: WorkDivision
  /// The tree over the chunks.
  public let tree: SumTree

  /// The plan for so many nodes with so many ranks each.
  public init(
    _ reduction: BatchReduction, nodeCount: Int, ranksPerNode: Int, division: WorkDivision = .rows
  ) {
    self.reduction = reduction
    self.division = division
    self.nodeCount = nodeCount
    self.ranksPerNode = ranksPerNode
    tree = SumTree(leaves: reduction.chunkCount(ranks: nodeCount * ranksPerNode))
  }

  /// All ranks.
  public var worldSize: Int { nodeCount * ranksPerNode }

  /// The chunks of a rank; none if there are more ranks than chunks and it is left over.
  public func chunks(node: Int, rank: Int) -> Range<Int> {
    EpochOrder.slice(of: tree.root, rank: node * ranksPerNode + rank, worldSize: worldSize)
  }

  /// The chunks of a node's ranks together.
  public func chunks(node: Int) -> Range<Int> {
    chunks(node: node, rank: 0).lowerBound..<chunks(node: node, rank: ranksPerNode - 1).upperBound
  }

  /// The places in the epoch's order that a chunk of a batch takes.
  public func rows(of chunk: Int, in batch: Range<Int>) -> Range<Int> {
    EpochOrder.slice(of: batch, rank: chunk, worldSize: tree.leaves)
  }

  /// The places that a rank works on for a task: the chunk's, or those of all its node where ranks divide features.
  public func rows(of task: ChunkTask, node: Int, in batch: Range<Int>) -> Range<Int> {
    division == .features ? rows(ofNode: node, in: batch) : rows(of: task.chunk, in: batch)
  }

  /// The places that a node's chunks take, of which it must have some.
  public func rows(ofNode node: Int, in batch: Range<Int>) -> Range<Int> {
    let chunks = chunks(node: node)
    let last = rows(of: chunks.upperBound - 1, in: batch)
    return rows(of: chunks.lowerBound, in: batch).lowerBound..<last.upperBound
  }

  /// Rows of the largest task in a batch of `batchSize` rows.
  public func largestTask(batchSize: Int) -> Int {
    largestChunk(batchSize: batchSize) * (division == .features ? ranksPerNode : 1)
  }

  /// Rows of the largest chunk of a batch of `batchSize` rows.
  public func largestChunk(batchSize: Int) -> Int { (batchSize + tree.leaves - 1) / tree.leaves }

  /// What a rank adds up by itself: after its tasks buffer i holds the sum of node i.
  public func sums(node: Int, rank: Int) -> [Range<Int>] {
    tree.nodes(within: chunks(node: node, rank: rank))
  }

  /// A rank's work in a step, in order.
  public func tasks(node: Int, rank: Int) -> [ChunkTask] {
    var tasks: [ChunkTask] = []
    for (buffer, sum) in sums(node: node, rank: rank).enumerated() {
      Self.append(tasksFor: sum, buffer: buffer, to: &tasks)
    }
    return tasks
  }

  private static func append(tasksFor sum: Range<Int>, buffer: Int, to tasks: inout [ChunkTask]) {
    guard sum.count > 1 else {
      return tasks.append(ChunkTask(chunk: sum.lowerBound, buffer: buffer, additions: 0))
    }
    let (left, right) = SumTree.children(of: sum)
    append(tasksFor: left, buffer: buffer, to: &tasks)
    append(tasksFor: right, buffer: buffer + 1, to: &tasks)
    tasks[tasks.count - 1].additions += 1
  }

  /// Gradient buffers a rank needs; one even without chunks, for its share of the sum.
  public func bufferCount(node: Int, rank: Int) -> Int {
    1 + (tasks(node: node, rank: rank).map(\.buffer).max() ?? 0)
  }
}
