import Communication
import Foundation
import Testing

@Suite("Collectives of in-process ranks")
struct CollectiveTests {
  private func allReduce<T: Reducible>(
    _ convert: @escaping @Sendable (Int) -> T, ranks: Int, _ operation: ReduceOperation
  ) throws {
    for length in lengths {
      let results = try InProcessWorld.run(ranks: ranks) { communicator in
        var values = (0..<length).map { convert(element(rank: communicator.rank, index: $0)) }
        try communicator.allReduce(&values, operation)
        return values
      }
      let expected = (0..<length).map { convert(reduced(operation, ranks: ranks, index: $0)) }
      #expect(results == Array(repeating: expected, count: ranks), "length \(length)")
    }
  }

  @Test("All-reduce, every type and operation", arguments: groupSizes, ReduceOperation.allCases)
  func allReduce(ranks: Int, operation: ReduceOperation) throws {
    try allReduce({ Float($0) }, ranks: ranks, operation)
    try allReduce({ Double($0) }, ranks: ranks, operation)
    try allReduce({ Int64($0) - 50 }, ranks: 1, operation)
    try allReduce({ Int64($0) }, ranks: ranks, operation)
    try allReduce({ UInt64($0) }, ranks: ranks, operation)
  }

  @Test("Integers use all 64 bits", arguments: groupSizes)
  func wideIntegers(ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { communicator in
      let rank = communicator.rank
      return (
        try communicator.allReduce(UInt64.max - UInt64(rank), .max),
        try communicator.allReduce(Int64.min + Int64(rank), .min),
        try communicator.allReduce(UInt64.max, .sum)
      )
    }
    for result in results {
      #expect(result.0 == UInt64.max)
      #expect(result.1 == Int64.min)
      #expect(result.2 == 0 &- UInt64(ranks))
    }
  }

  @Test("Sums are added in rank order, with the same bits everywhere", arguments: [3, 4, 7])
  func rankOrder(ranks: Int) throws {
    let terms: [Float] = [1e8, 1, -1e8, 0.3, 7e7, -3, 1e-3]
    let sums = try InProcessWorld.run(ranks: ranks) {
      try $0.allReduce(terms[$0.rank], .sum)
    }
    let expected = terms[1..<ranks].reduce(terms[0], +)
    #expect(sums.allSatisfy { $0.bitPattern == expected.bitPattern })
  }

  @Test("Broadcast from every root", arguments: groupSizes)
  func broadcast(ranks: Int) throws {
    for root in 0..<ranks {
      for length in lengths {
        let results = try InProcessWorld.run(ranks: ranks) { communicator in
          var buffer = bytes(rank: communicator.rank, count: length)
          try buffer.withUnsafeMutableBytes { try communicator.broadcast($0, root: root) }
          return buffer
        }
        #expect(results == Array(repeating: bytes(rank: root, count: length), count: ranks))
      }
    }
  }

  @Test("Broadcast of text and data of a length only the root knows", arguments: groupSizes)
  func broadcastValues(ranks: Int) throws {
    for text in ["", "k", "Zürich, 東京 \u{0} end"] {
      let results = try InProcessWorld.run(ranks: ranks) { communicator in
        let isRoot = communicator.rank == ranks - 1
        let received = try communicator.broadcast(isRoot ? text : "ignored here", root: ranks - 1)
        let data = try communicator.broadcast(Data((isRoot ? text : "x").utf8), root: ranks - 1)
        return [received, String(decoding: data, as: UTF8.self)]
      }
      #expect(results == Array(repeating: [text, text], count: ranks))
    }
  }

  @Test("Gather of equal lengths at every root", arguments: groupSizes)
  func gather(ranks: Int) throws {
    for root in 0..<ranks {
      for length in lengths {
        let results = try InProcessWorld.run(ranks: ranks) { communicator in
          var received = [UInt8](repeating: 0, count: communicator.rank == root ? ranks * length : 0)
          try bytes(rank: communicator.rank, count: length).withUnsafeBytes { sent in
            try received.withUnsafeMutableBytes { try communicator.gather(sent, into: $0, root: root) }
          }
          return received
        }
        #expect(results[root] == (0..<ranks).flatMap { bytes(rank: $0, count: length) })
      }
    }
  }

  @Test("Gather of uneven lengths, some empty", arguments: groupSizes)
  func gatherVariable(ranks: Int) throws {
    for root in 0..<ranks {
      let results = try InProcessWorld.run(ranks: ranks) { communicator in
        let rank = communicator.rank
        return try bytes(rank: rank, count: rank % 3 * 100).withUnsafeBytes {
          try communicator.gatherVariable($0, root: root)
        }
      }
      for (rank, result) in results.enumerated() {
        let expected = (0..<ranks).map { bytes(rank: $0, count: $0 % 3 * 100) }
        #expect(result == (rank == root ? expected : nil))
      }
    }
  }

  @Test("Texts of all ranks at the root", arguments: groupSizes)
  func gatherStrings(ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) {
      try $0.gatherStrings(String(repeating: "é", count: $0.rank))
    }
    #expect(results[0] == (0..<ranks).map { String(repeating: "é", count: $0) })
    #expect(results.dropFirst().allSatisfy { $0 == nil })
  }

  @Test("A barrier lets no rank pass before all have come", arguments: [2, 4, 7])
  func barrier(ranks: Int) throws {
    let times = try InProcessWorld.run(ranks: ranks) { communicator in
      if communicator.rank == ranks - 1 { Thread.sleep(forTimeInterval: 0.1) }
      let before = communicator.time
      try communicator.barrier()
      return (before: before, after: communicator.time)
    }
    let last = times.map(\.before).max() ?? 0
    #expect(times.allSatisfy { $0.after >= last })
  }

  @Test("Many collectives in a row stay in step", arguments: [2, 7])
  func manyRounds(ranks: Int) throws {
    let totals = try InProcessWorld.run(ranks: ranks) { communicator in
      var total: Int64 = 0
      for round in 0..<500 {
        total += try communicator.allReduce(Int64(round + communicator.rank), .sum)
        if round % 7 == 0 { try communicator.barrier() }
      }
      return total
    }
    let expected = (0..<500).reduce(0) { $0 + ranks * $1 + ranks * (ranks - 1) / 2 }
    #expect(totals.allSatisfy { $0 == Int64(expected) })
  }

  @Test("Ranks know their place", arguments: groupSizes)
  func place(ranks: Int) throws {
    let places = try InProcessWorld.run(ranks: ranks) {
      [$0.rank, $0.size, $0.nodeRank, $0.nodeSize, $0.isRoot ? 1 : 0, $0.hostName.isEmpty ? 1 : 0]
    }
    #expect(places == (0..<ranks).map { [$0, ranks, $0, ranks, $0 == 0 ? 1 : 0, 0] })
  }

  @Test("Ranks have deep stacks")
  func stack() throws {
    let depths = try InProcessWorld.run(ranks: 2) { _ in
      withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 8) { _ in recurse(10_000) }
    }
    #expect(depths == [10_000, 10_000])
  }
}

/// Uses about 1 KiB of stack a level.
@inline(never)
private func recurse(_ depth: Int) -> Int {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 8) { buffer in
    buffer[0] = UInt8(truncatingIfNeeded: depth)
    return depth == 0 ? 0 : recurse(depth - 1) + (buffer[0] == UInt8(truncatingIfNeeded: depth) ? 1 : 0)
  }
}
