import RunSettings
import Tables

/// Who works on which micro-batches of a global batch, and how their gradients become one sum.
///
/// Ranks are numbered node by node, so that a node's micro-batches lie side by side and most of the tree is added up
/// within nodes. All nodes hold equally many ranks; a rank that shares no memory is a node of its own.
package struct ReductionPlan: Sendable, Equatable {
  /// How it is added up.
  package let reduction: BatchReduction
  /// Nodes.
  package let nodeCount: Int
  /// Ranks of each node.
  package let ranksPerNode: Int
  /// How a node's ranks divide its rows' work.
  package let division: WorkDivision
  /// The tree over the micro-batches.
  package let tree: SumTree

  /// The plan for so many nodes with so many ranks each.
  package init(
    _ reduction: BatchReduction, nodeCount: Int, ranksPerNode: Int, division: WorkDivision = .rows
  ) {
    self.reduction = reduction
    self.division = division
    self.nodeCount = nodeCount
    self.ranksPerNode = ranksPerNode
    tree = SumTree(leaves: reduction.microBatchCount(ranks: nodeCount * ranksPerNode))
  }

  /// All ranks.
  package var worldSize: Int { nodeCount * ranksPerNode }

  /// The micro-batches of a rank; none if there are more ranks than micro-batches and it is left over.
  package func microBatches(node: Int, rank: Int) -> Range<Int> {
    EpochOrder.slice(of: tree.root, rank: node * ranksPerNode + rank, worldSize: worldSize)
  }

  /// The micro-batches of a node's ranks together.
  package func microBatches(node: Int) -> Range<Int> {
    microBatches(node: node, rank: 0).lowerBound..<microBatches(node: node, rank: ranksPerNode - 1).upperBound
  }

  /// The places in the epoch's order that a micro-batch of a batch takes.
  package func rows(of microBatch: Int, in batch: Range<Int>) -> Range<Int> {
    EpochOrder.slice(of: batch, rank: microBatch, worldSize: tree.leaves)
  }

  /// The places that a rank works on for a task: the micro-batch's, or those of all its node where ranks divide
  /// features.
  package func rows(of task: MicroBatchTask, node: Int, in batch: Range<Int>) -> Range<Int> {
    division == .features ? rows(ofNode: node, in: batch) : rows(of: task.microBatch, in: batch)
  }

  /// The places that a node's micro-batches take, of which it must have some.
  package func rows(ofNode node: Int, in batch: Range<Int>) -> Range<Int> {
    let microBatches = microBatches(node: node)
    let last = rows(of: microBatches.upperBound - 1, in: batch)
    return rows(of: microBatches.lowerBound, in: batch).lowerBound..<last.upperBound
  }

  /// Rows of the largest task in a batch of `batchSize` rows.
  package func largestTask(batchSize: Int) -> Int {
    largestMicroBatch(batchSize: batchSize) * (division == .features ? ranksPerNode : 1)
  }

  /// Rows of the largest micro-batch of a batch of `batchSize` rows.
  package func largestMicroBatch(batchSize: Int) -> Int { (batchSize + tree.leaves - 1) / tree.leaves }

  /// What a rank adds up by itself: after its tasks buffer i holds the sum of node i.
  package func sums(node: Int, rank: Int) -> [Range<Int>] {
    tree.nodes(within: microBatches(node: node, rank: rank))
  }

  /// A rank's work in a step, in order.
  package func tasks(node: Int, rank: Int) -> [MicroBatchTask] {
    var tasks: [MicroBatchTask] = []
    for (buffer, sum) in sums(node: node, rank: rank).enumerated() {
      Self.append(tasksFor: sum, buffer: buffer, to: &tasks)
    }
    return tasks
  }

  private static func append(tasksFor sum: Range<Int>, buffer: Int, to tasks: inout [MicroBatchTask]) {
    guard sum.count > 1 else {
      return tasks.append(MicroBatchTask(microBatch: sum.lowerBound, buffer: buffer, additions: 0))
    }
    let (left, right) = SumTree.children(of: sum)
    append(tasksFor: left, buffer: buffer, to: &tasks)
    append(tasksFor: right, buffer: buffer + 1, to: &tasks)
    tasks[tasks.count - 1].additions += 1
  }

  /// Gradient buffers a rank needs; one even without micro-batches, for its shard of the sum.
  package func bufferCount(node: Int, rank: Int) -> Int {
    1 + (tasks(node: node, rank: rank).map(\.buffer).max() ?? 0)
  }
}
