import DistributedTraining
import RunSettings
import Testing

/// Who works on which micro-batches, and what a rank has in its buffers after its tasks.
@Suite struct ReductionPlanTests {
  static let layouts = [(1, 1), (1, 2), (1, 3), (3, 1), (2, 2), (1, 5), (2, 4), (8, 1), (1, 16), (4, 4)]
  static let microBatchCounts = [1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 64]

  @Test(
    "every micro-batch is one rank's, in the order of nodes and ranks", arguments: layouts, microBatchCounts)
  func partition(layout: (Int, Int), microBatches: Int) {
    let plan = ReductionPlan(.exact(microBatches: microBatches), nodeCount: layout.0, ranksPerNode: layout.1)
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
        let plan = ReductionPlan(
          .exact(microBatches: microBatches), nodeCount: layout.0, ranksPerNode: layout.1)
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

  @Test("tasks leave the sums in the first buffers", arguments: layouts, microBatchCounts)
  func tasks(layout: (Int, Int), microBatches: Int) {
    let plan = ReductionPlan(.exact(microBatches: microBatches), nodeCount: layout.0, ranksPerNode: layout.1)
    for node in 0..<layout.0 {
      for rank in 0..<layout.1 {
        let capacity = plan.bufferCount(node: node, rank: rank)
        var buffers: [Range<Int>?] = Array(repeating: nil, count: capacity)
        for task in plan.tasks(node: node, rank: rank) {
          buffers[task.buffer] = task.microBatch..<task.microBatch + 1
          for addition in 0..<task.additions {
            let index = task.buffer - addition
            guard let left = buffers[index - 1], let right = buffers[index] else {
              Issue.record("an empty buffer is added")
              return
            }
            // Only the two children of a node are added to each other.
            let node = left.lowerBound..<right.upperBound
            #expect(SumTree.children(of: node) == (left, right))
            buffers[index - 1] = node
            buffers[index] = nil
          }
        }
        let sums = plan.sums(node: node, rank: rank)
        #expect(buffers.prefix(sums.count).elementsEqual(sums))
        #expect(sums.flatMap { Array($0) } == Array(plan.microBatches(node: node, rank: rank)))
        let count = plan.microBatches(node: node, rank: rank).count
        let depth = Int.bitWidth - max(0, count - 1).leadingZeroBitCount
        #expect(capacity <= max(1, sums.count + depth), "\(capacity) buffers for \(count) micro-batches")
      }
    }
  }

  @Test("fast: a part for each rank", arguments: layouts)
  func fast(layout: (Int, Int)) {
    let plan = ReductionPlan(.fast, nodeCount: layout.0, ranksPerNode: layout.1)
    #expect(plan.tree.leaves == layout.0 * layout.1)
    #expect(plan.tasks(node: 0, rank: 0).map(\.microBatch) == [0])
    #expect(plan.bufferCount(node: 0, rank: 0) == 1)
  }

  @Test(
    "micro-batches follow from the batch size",
    arguments: [(1, 1), (8, 1), (16, 2), (32, 4), (64, 4), (128, 4), (256, 4), (1024, 16), (10_000, 64)])
  func automatic(batchSize: Int, microBatches: Int) {
    var training = TrainingConfiguration()
    training.reductionMode = .exact
    training.batchSize = batchSize
    #expect(training.reduction == .exact(microBatches: microBatches))
  }
}
