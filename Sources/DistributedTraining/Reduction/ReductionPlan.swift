import ConcreteAutoencoder
import Tables

/// Who works on which micro-batches of a global batch and on which blocks of the features, and how their gradients become
/// one sum.
///
/// Nodes divide the micro-batches. So do the ranks of a node, each with all features; or, where the features are several
/// blocks, they divide these, each working on all the node's micro-batches, but that each takes micro-batches of its own
/// through the hidden layers.
///
/// Ranks are numbered node by node, so that a node's micro-batches lie side by side and most of the tree is added up
/// within nodes. All nodes hold equally many ranks; a rank that shares no memory is a node of its own.
package struct ReductionPlan: Sendable, Equatable {
  /// Nodes.
  package let nodeCount: Int
  /// Ranks of each node.
  package let ranksPerNode: Int
  /// The tree over the micro-batches.
  package let tree: SumTree
  /// The blocks of the features.
  package let blocks: FeatureBlocks

  /// The plan for so many micro-batches on so many nodes with so many ranks each.
  package init(microBatches: Int, blocks: FeatureBlocks, nodeCount: Int, ranksPerNode: Int) {
    self.blocks = blocks
    self.nodeCount = nodeCount
    self.ranksPerNode = ranksPerNode
    tree = SumTree(leaves: microBatches)
  }

  /// How many ranks have no part in a batch.
  package var idleRanks: Int {
    (0..<worldSize).count { place in
      let (node, rank) = (place / ranksPerNode, place % ranksPerNode)
      guard dividesFeatures else { return microBatches(node: node, rank: rank).isEmpty }
      return microBatches(node: node).isEmpty
        || blocks(rank: rank).isEmpty && microBatches(node: node, rank: rank).isEmpty
    }
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

  /// Rows of the largest micro-batch of a batch of `batchSize` rows.
  package func largestMicroBatch(batchSize: Int) -> Int { (batchSize + tree.leaves - 1) / tree.leaves }

  /// Whether the ranks of a node divide the features.
  package var dividesFeatures: Bool { blocks.areDivided && ranksPerNode > 1 }

  /// The blocks that a rank of a node works on.
  package func blocks(rank: Int) -> Range<Int> {
    dividesFeatures ? blocks.share(of: rank, among: ranksPerNode) : 0..<blocks.count
  }

  /// Rows of the largest group of tasks in a batch of `batchSize` rows.
  package func largestGroup(batchSize: Int, node: Int) -> Int {
    largestMicroBatch(batchSize: batchSize) * (blocks.areDivided ? max(1, microBatches(node: node).count) : 1)
  }

  /// What a rank adds up by itself: after its tasks buffer i holds the sum of node i.
  package func sums(node: Int, rank: Int) -> [Range<Int>] {
    tree.nodes(within: microBatches(node: node, rank: rank))
  }

  /// The same of what belongs to features: of the node, where its ranks divide these.
  package func featureSums(node: Int, rank: Int) -> [Range<Int>] {
    dividesFeatures ? tree.nodes(within: microBatches(node: node)) : sums(node: node, rank: rank)
  }

  /// A rank's work in a step, in order: groups of tasks that are worked on together.
  package func tasks(node: Int, rank: Int) -> [[PassTask]] {
    let own = Self.tasks(for: sums(node: node, rank: rank))
    let all = dividesFeatures ? Self.tasks(for: featureSums(node: node, rank: rank)) : own
    let tasks = all.map { task in
      PassTask(features: task, hidden: own.first { $0.microBatch == task.microBatch })
    }
    // One after the other a micro-batch's rows stay near; together, the gradient of a block does.
    return blocks.areDivided ? (tasks.isEmpty ? [] : [tasks]) : tasks.map { [$0] }
  }

  private static func tasks(for sums: [Range<Int>]) -> [MicroBatchTask] {
    var tasks: [MicroBatchTask] = []
    for (buffer, sum) in sums.enumerated() { append(tasksFor: sum, buffer: buffer, to: &tasks) }
    return tasks
  }

  private static func append(
    tasksFor sum: Range<Int>, buffer: Int, accumulates: Bool = false, to tasks: inout [MicroBatchTask]
  ) {
    guard sum.count > 1 else {
      return tasks.append(
        MicroBatchTask(microBatch: sum.lowerBound, buffer: buffer, accumulates: accumulates))
    }
    let (left, right) = SumTree.children(of: sum)
    append(tasksFor: left, buffer: buffer, to: &tasks)
    // A micro-batch by itself needs no buffer of its own.
    guard right.count > 1 else {
      return append(tasksFor: right, buffer: buffer, accumulates: true, to: &tasks)
    }
    append(tasksFor: right, buffer: buffer + 1, to: &tasks)
    tasks[tasks.count - 1].additions += 1
  }

  /// Gradient buffers a rank needs; one even without micro-batches, for its shard of the sum.
  package func bufferCount(node: Int, rank: Int) -> Int {
    let tasks = tasks(node: node, rank: rank).joined().flatMap {
      [$0.features, $0.hidden].compactMap(\.self)
    }
    return 1 + (tasks.map(\.buffer).max() ?? 0)
  }
}
