import DistributedTraining
import RunSettings
import Testing

@Suite struct WorkDivisionTests {
  @Test("by features where fewer activations than parameters pass between ranks, and nothing forbids it")
  func rule() {
    func division(
      _ reduction: BatchReduction = .fast, noiseGroups: Int = 1, isIndirect: Bool = false,
      featureCount: Int = 784, ranks: Int = 2,
      rows: Int = 128
    ) -> WorkDivision {
      WorkDivision(
        reduction: reduction, noiseGroups: noiseGroups, isIndirect: isIndirect, featureCount: featureCount,
        ranks: ranks, rows: rows)
    }
    #expect(division() == .features)
    #expect(division(rows: 784) == .features)
    #expect(division(rows: 785) == .rows)
    #expect(division(ranks: 1) == .rows)
    #expect(division(featureCount: 7, ranks: 8, rows: 4) == .rows, "a rank would have no feature")
    #expect(division(.exact(microBatches: 4)) == .rows)
    #expect(division(noiseGroups: 0) == .rows)
    #expect(division(noiseGroups: 2) == .rows)
    #expect(division(isIndirect: true) == .rows)
  }

  @Test("a task is a micro-batch's rows by rows, and the rows of all the node's micro-batches by features")
  func taskRows() {
    for division in [WorkDivision.rows, .features] {
      let plan = ReductionPlan(.fast, nodeCount: 2, ranksPerNode: 3, division: division)
      let rows = (0..<3).map { rank in
        plan.rows(of: plan.tasks(node: 1, rank: rank)[0], node: 1, in: 100..<120)
      }
      #expect(
        rows
          == (division == .features
            ? Array(repeating: 110..<120, count: 3) : [110..<113, 113..<116, 116..<120]))
      #expect(rows.allSatisfy { $0.count <= plan.largestTask(batchSize: 20) })
    }
  }
}
