import Tables
import Testing

@Suite struct EpochOrderTests {
  private let rows: [UInt32] = (0..<103).map { 3 * $0 + 1 }

  private func order(of epoch: Int, seed: UInt64 = 1, batchSize: Int = 10) throws -> [UInt32] {
    let epochs = try EpochOrder(rows: rows, batchSize: batchSize, seed: seed)
    epochs.prepare(epoch: epoch)
    return epochs.withRows(at: 0..<rows.count, Array.init)
  }

  @Test func permutesTheRows() throws {
    let orders = try (0..<5).map { try order(of: $0) }
    for order in orders {
      #expect(order.sorted() == rows && order != rows)
    }
    #expect(Set(orders).count == 5)
  }

  @Test func isAFunctionOfSeedAndEpoch() throws {
    let epochs = try EpochOrder(rows: rows, batchSize: 7, seed: 1)
    for epoch in [3, 0, 3, 3, 1] {
      epochs.prepare(epoch: epoch)
      #expect(epochs.epoch == epoch)
      #expect(try epochs.withRows(at: 0..<rows.count, Array.init) == order(of: epoch))
    }
    #expect(try order(of: 0, seed: 2) != order(of: 0, seed: 1))
  }

  /// Every place is taken by each row about equally often.
  @Test func visitsUniformly() throws {
    let few = Array(rows.prefix(5))
    let epochs = try EpochOrder(rows: few, batchSize: 1, seed: 9)
    var counts: [[Int]] = Array(repeating: Array(repeating: 0, count: 5), count: 5)
    for epoch in 0..<5000 {
      epochs.prepare(epoch: epoch)
      epochs.withRows(at: 0..<5) { rows in
        for place in 0..<5 { counts[place][few.firstIndex(of: rows[place])!] += 1 }
      }
    }
    for count in counts.joined() { #expect((850...1150).contains(count)) }  // 1000 +- 5 deviations
  }

  @Test(arguments: [(103, 10, 11, 3), (100, 10, 10, 10), (103, 103, 1, 103), (103, 1, 103, 1), (1, 1, 1, 1)])
  func batchesCoverTheEpoch(rowCount: Int, batchSize: Int, steps: Int, last: Int) throws {
    let epochs = try EpochOrder(rows: Array(0..<UInt32(rowCount)), batchSize: batchSize, seed: 0)
    #expect(epochs.stepsPerEpoch == steps && epochs.rowCount == rowCount)
    let batches = (0..<steps).map { epochs.batch(step: $0) }
    #expect(batches.flatMap { Array($0) } == Array(0..<rowCount))
    #expect(batches.dropLast().allSatisfy { $0.count == batchSize } && batches.last!.count == last)
  }

  @Test(arguments: [0, -1, 104]) func refuses(batchSize: Int) throws {
    let text = try #require(
      message { _ = try EpochOrder(rows: rows, batchSize: batchSize, seed: 0) })
    #expect(text.contains("batch size \(batchSize)") && text.contains("103"))
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 64, 200])
  func slicesCoverEachBatchOnce(worldSize: Int) throws {
    for globalBatch in [0..<128, 128..<231, 40..<43, 5..<6, 9..<9] {
      let slices = (0..<worldSize).map {
        EpochOrder.slice(of: globalBatch, rank: $0, worldSize: worldSize)
      }
      #expect(slices.flatMap { Array($0) } == Array(globalBatch))
      #expect(slices.first!.lowerBound == globalBatch.lowerBound)
      #expect(slices.last!.upperBound == globalBatch.upperBound)
      let sizes = slices.map(\.count)
      #expect(sizes.max()! - sizes.min()! <= 1)
      for rank in 0..<worldSize {
        #expect(slices[rank].lowerBound == globalBatch.lowerBound + globalBatch.count * rank / worldSize)
      }
    }
  }

  @Test func aRankMayHaveNoRow() throws {
    let epochs = try EpochOrder(rows: rows, batchSize: 100, seed: 4)
    epochs.prepare(epoch: 0)
    let last = epochs.batch(step: 1)
    let counts = (0..<4).map { rank in
      epochs.withRows(at: EpochOrder.slice(of: last, rank: rank, worldSize: 4)) { $0.count }
    }
    #expect(counts == [0, 1, 1, 1])
  }
}
