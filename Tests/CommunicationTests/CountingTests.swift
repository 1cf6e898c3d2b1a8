import Communication
import Testing

@Suite("Counting collectives")
struct CountingTests {
  @Test("Every kind is counted with this rank's bytes, also in groups split off", arguments: [1, 3])
  func counts(ranks: Int) throws {
    let counts = try InProcessWorld.run(ranks: ranks) { communicator in
      let counting = CountingCommunicator(communicator)
      var values = [Float](repeating: 1, count: 10)
      try counting.allReduce(&values, .sum)
      _ = try counting.allReduce(2.0, .max)
      _ = try counting.broadcast("twelve bytes")
      try counting.barrier()
      _ = try counting.gatherStrings(String(repeating: "x", count: counting.rank))
      var received = [UInt8](repeating: 0, count: 4 * ranks)
      try [UInt8](repeating: 1, count: 4).withUnsafeBytes { sent in
        try received.withUnsafeMutableBytes { try counting.gather(sent, into: $0, root: 0) }
      }
      // Rank i has i elements of all, and sends one to each rank.
      let ranksOwn = PartLengths(Array(0..<ranks))
      var gathered = [Float](repeating: 1, count: ranksOwn.count)
      try counting.allGather(&gathered, ranksOwn)
      let ones = PartLengths(Array(repeating: 1, count: ranks))
      var exchanged = [Float](repeating: 0, count: ranks)
      try counting.exchange(
        [Float](repeating: 1, count: ranks), ones, into: &exchanged, ones)
      let memory = try counting.split(color: 0, key: 0).allocateShared(byteCount: 100)
      try counting.synchronize()
      try counting.nodeGroup().synchronize()
      try memory.free()
      let counts = Collective.allCases.map { counting[$0] }
      let total = counting.total
      counting.reset()
      return counts + [total, counting.total]
    }
    for (rank, counts) in counts.enumerated() {
      #expect(
        counts == [
          .init(calls: 2, bytes: 48), .init(calls: 2, bytes: 20), .init(calls: 1, bytes: 0),
          .init(calls: 1, bytes: 4), .init(calls: 1, bytes: rank),
          .init(calls: 1, bytes: 4 * rank), .init(calls: 1, bytes: 4 * ranks),
          .init(calls: 2, bytes: 0), .init(calls: 1, bytes: 100), .init(calls: 1, bytes: 100),
          .init(calls: 2, bytes: 0), .init(calls: 15, bytes: 272 + 5 * rank + 4 * ranks), .init(),
        ])
    }
  }
}
