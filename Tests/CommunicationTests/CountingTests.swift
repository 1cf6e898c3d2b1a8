import Communication
import Testing

@Suite("Counting collectives")
struct CountingTests {
  @Test("Every kind is counted with this rank's bytes", arguments: [1, 3])
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
          .init(calls: 7, bytes: 72 + rank), .init(),
        ])
    }
  }
}
