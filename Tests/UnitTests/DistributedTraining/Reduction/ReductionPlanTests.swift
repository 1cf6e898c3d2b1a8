import ConcreteAutoencoder
import DistributedTraining
import RunSettings
import Testing

/// Who works on which micro-batches, and what a rank has in its buffers after its tasks.
@Suite struct ReductionPlanTests {
  static let layouts = [(1, 1), (1, 2), (1, 3), (3, 1), (2, 2), (1, 5), (2, 4), (8, 1), (1, 16), (4, 4)]
  static let microBatchCounts = [1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 64]

  static func plan(_ microBatches: Int, _ layout: (Int, Int), blocks: Int = 1) -> ReductionPlan {
    ReductionPlan(
      microBatches: microBatches, blocks: FeatureBlocks(featureCount: 40, count: blocks),
      nodeCount: layout.0, ranksPerNode: layout.1)
  }

  @Test(
    "every micro-batch is one rank's, in the order of nodes and ranks", arguments: layouts, microBatchCounts)
  func partition(layout: (Int, Int), microBatches: Int) {
    let plan = Self.plan(microBatches, layout)
    var all: [Int] = []
    for node in 0..<layout.0 {
      let before = all.count
      for rank in 0..<layout.1 { all += Array(plan.microBatches(node: node, rank: rank)) }
      #expect(plan.microBatches(node: node) == before..<all.count)
    }
    #expect(all == Array(0..<microBatches))
  }

  @Test("rows of a batch are cut the same on any number of ranks", arguments: microBatchCounts)
  func rows(microBatches: Int) {
    for rows in [1, 2, 29, 128, 1000] {
      let batch = 100..<100 + rows
      let cuts = Self.layouts.map { layout in
        let plan = Self.plan(microBatches, layout)
        #expect(
          (0..<microBatches).allSatisfy {
            plan.rows(of: $0, in: batch).count <= plan.largestMicroBatch(batchSize: rows)
          }
        )
        return (0..<microBatches).map { plan.rows(of: $0, in: batch) }
      }
      #expect(cuts.allSatisfy { $0 == cuts[0] })
      #expect(cuts[0].flatMap { Array($0) } == Array(batch))
    }
  }

  @Test(
    "tasks leave the sums in the first buffers, of features and of hidden layers", arguments: layouts,
    microBatchCounts)
  func tasks(layout: (Int, Int), microBatches: Int) {
    for blocks in [1, 3, 8] {
      let plan = Self.plan(microBatches, layout, blocks: blocks)
      for node in 0..<layout.0 {
        for rank in 0..<layout.1 {
          let groups = plan.tasks(node: node, rank: rank)
          #expect(groups.allSatisfy { blocks > 1 ? groups.count == 1 : $0.count == 1 })
          let tasks = Array(groups.joined())
          let capacity = plan.bufferCount(node: node, rank: rank)
          for (tasks, sums) in [
            (tasks.map(\.features), plan.featureSums(node: node, rank: rank)),
            (tasks.compactMap(\.hidden), plan.sums(node: node, rank: rank)),
          ] {
            expectSums(sums, of: tasks, capacity: capacity)
          }
          let own = plan.microBatches(node: node, rank: rank)
          #expect(tasks.compactMap(\.hidden?.microBatch) == Array(own))
          let all = plan.dividesFeatures ? plan.microBatches(node: node) : own
          #expect(tasks.map(\.features.microBatch) == Array(all))
        }
      }
    }
  }

  private func expectSums(_ sums: [Range<Int>], of tasks: [MicroBatchTask], capacity: Int) {
    var buffers: [Range<Int>?] = Array(repeating: nil, count: capacity)
    func add(_ right: Range<Int>, to index: Int) -> Bool {
      guard let left = buffers[index] else { return false }
      // Only the two children of a node are added to each other.
      buffers[index] = left.lowerBound..<right.upperBound
      return SumTree.children(of: left.lowerBound..<right.upperBound) == (left, right)
    }
    for task in tasks {
      let leaf = task.microBatch..<task.microBatch + 1
      if task.accumulates {
        #expect(add(leaf, to: task.buffer))
      } else {
        buffers[task.buffer] = leaf
      }
      for addition in 0..<task.additions {
        let index = task.buffer - addition
        guard let right = buffers[index] else {
          Issue.record("an empty buffer is added")
          return
        }
        #expect(add(right, to: index - 1))
        buffers[index] = nil
      }
    }
    #expect(buffers.prefix(sums.count).elementsEqual(sums))
  }

  @Test("a rank has no more gradients than its sums need")
  func buffers() {
    // Two micro-batches are added up in one gradient, four in two.
    for (microBatches, count) in [(1, 1), (2, 1), (3, 1), (4, 2), (8, 3), (64, 6)] {
      #expect(Self.plan(microBatches, (1, 1)).bufferCount(node: 0, rank: 0) == count, "\(microBatches)")
    }
  }

  @Test("ranks of a node divide features where these are several blocks, and all are worked on by one")
  func blocks() {
    for ranks in [1, 2, 3, 8, 11] {
      let plan = Self.plan(4, (2, ranks), blocks: 8)
      #expect(plan.dividesFeatures == (ranks > 1))
      #expect((0..<ranks).flatMap { Array(plan.blocks(rank: $0)) } == Array(0..<8))
      #expect(plan.largestGroup(batchSize: 20, node: 1) == 10)
    }
    let plan = Self.plan(4, (2, 3))
    #expect(!plan.dividesFeatures && plan.largestGroup(batchSize: 20, node: 1) == 5)
    #expect((0..<3).allSatisfy { plan.blocks(rank: $0) == 0..<1 })
  }

  @Test("ranks without a part in a batch are counted")
  func idle() {
    #expect(Self.plan(4, (1, 4)).idleRanks == 0)
    #expect(Self.plan(4, (3, 2)).idleRanks == 2)
    #expect(Self.plan(2, (1, 8), blocks: 8).idleRanks == 0)
    #expect(Self.plan(2, (1, 12), blocks: 8).idleRanks > 0)
    #expect(Self.plan(2, (3, 2), blocks: 8).idleRanks == 2)
  }

  @Test(
    "micro-batches follow from the batch size",
    arguments: [
      (1, 1, 1), (8, 1, 2), (16, 2, 2), (32, 4, 2), (64, 4, 2), (128, 4, 2), (256, 4, 2), (1024, 16, 8),
      (10_000, 79, 79),
    ])
  func automatic(batchSize: Int, microBatches: Int, ofWide: Int) {
    var training = TrainingConfiguration()
    training.batchSize = batchSize
    for (blocks, count) in [(1, microBatches), (8, ofWide)] {
      #expect(training.microBatchCount(FeatureBlocks(featureCount: 40, count: blocks)) == count)
    }
  }
}
