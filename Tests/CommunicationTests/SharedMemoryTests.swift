import Communication
import Testing

@Suite("Shared memory")
struct SharedMemoryTests {
  @Test("Zeros at a page, of the length asked for", arguments: groupSizes, [0, 1, 5000, 1 << 20])
  func fresh(ranks: Int, byteCount: Int) throws {
    let found = try InProcessWorld.run(ranks: ranks) { communicator in
      let memory = try communicator.allocateShared(byteCount: byteCount)
      let bytes = memory.bytes
      let isFresh =
        bytes.count == byteCount && Int(bitPattern: bytes.baseAddress) % 4096 == 0
        && bytes.allSatisfy { $0 == 0 }
      try communicator.synchronize()
      try memory.free()
      return isFresh && memory.bytes.isEmpty
    }
    #expect(found == Array(repeating: true, count: ranks))
  }

  @Test("After synchronize everybody sees what everybody wrote", arguments: [2, 4, 7])
  func visible(ranks: Int) throws {
    let stale = try InProcessWorld.run(ranks: ranks) { communicator in
      let memory = try communicator.allocateShared(byteCount: ranks * MemoryLayout<Int>.stride)
      let words = memory.bytes.bindMemory(to: Int.self)
      var stale = 0
      for round in 0..<500 {
        words[communicator.rank] = round * ranks + communicator.rank
        try communicator.synchronize()
        for rank in 0..<ranks where words[rank] != round * ranks + rank { stale += 1 }
        try communicator.synchronize()
      }
      return stale
    }
    #expect(stale == Array(repeating: 0, count: ranks))
  }

  @Test(
    "A sum through a node's memory and across nodes is the sum of all", arguments: [(4, 2), (6, 2), (7, 3)])
  func hierarchical(ranks: Int, ranksPerNode: Int) throws {
    let length = 1000
    let results = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let node = try communicator.nodeGroup()
      let across = try communicator.acrossNodes()
      let memory = try node.allocateShared(byteCount: node.size * length * MemoryLayout<Int64>.stride)
      let values = memory.bytes.bindMemory(to: Int64.self)
      for round in 0..<20 {
        for index in 0..<length {
          values[node.rank * length + index] = Int64(element(rank: communicator.rank, index: index) + round)
        }
        try node.synchronize()
        if node.isRoot {
          for rank in 1..<max(node.size, 1) {
            for index in 0..<length { values[index] += values[rank * length + index] }
          }
          try across.allReduce(UnsafeMutableBufferPointer(rebasing: values[..<length]), .sum)
        }
        try node.synchronize()
        let sums = Array(values[..<length])
        try node.synchronize()
        if round == 19 { return sums }
      }
      return []
    }
    let expected = (0..<length).map { Int64(reduced(.sum, ranks: ranks, index: $0) + 19 * ranks) }
    #expect(results == Array(repeating: expected, count: ranks))
  }

  @Test("Several allocations live side by side and end in any order")
  func several() throws {
    let seen = try InProcessWorld.run(ranks: 3) { communicator in
      let first = try communicator.allocateShared(byteCount: 100)
      let second = try communicator.allocateShared(byteCount: 200)
      if communicator.rank == 1 {
        first.bytes[99] = 1
        second.bytes[99] = 2
      }
      try communicator.synchronize()
      let seen = [first.bytes[99], second.bytes[99]]
      try communicator.synchronize()
      try first.free()
      try first.free()
      let still = second.bytes[99]
      try second.free()
      return seen + [still]
    }
    #expect(seen == Array(repeating: [1, 2, 2], count: 3))
  }

  @Test("Ranks of several nodes are refused on every rank, and go on", arguments: [(2, 1), (5, 2), (7, 3)])
  func severalNodes(ranks: Int, ranksPerNode: Int) throws {
    let counts = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let error = #expect(throws: CommunicationError.self) {
        try communicator.allocateShared(byteCount: 10)
      }
      #expect(error == .notOnOneNode(ranks: ranks, onThisNode: communicator.nodeSize))
      return try communicator.allReduce(Int64(1), .sum)
    }
    #expect(counts == Array(repeating: Int64(ranks), count: ranks))
  }

  @Test("More than there is is refused on every rank, and the group goes on", arguments: groupSizes)
  func tooMuch(ranks: Int) throws {
    let bytes = 1 << 60
    let counts = try InProcessWorld.run(ranks: ranks) { communicator in
      let error = #expect(throws: CommunicationError.self) {
        try communicator.allocateShared(byteCount: bytes)
      }
      guard case .noSharedMemory(bytes, _, _) = error else {
        Issue.record("not a lack of memory: \(String(describing: error))")
        return Int64(0)
      }
      return try communicator.allReduce(Int64(1), .sum)
    }
    #expect(counts == Array(repeating: Int64(ranks), count: ranks))
  }

  @Test("Different lengths do not match")
  func lengths() {
    let outcomes = InProcessWorld.outcomes(ranks: 2) {
      _ = try $0.allocateShared(byteCount: 10 + $0.rank)
    }
    for outcome in outcomes {
      #expect(
        throws: CommunicationError.mismatch(
          calls: ["allocateShared (10 bytes)", "allocateShared (11 bytes)"])
      ) { try outcome.get() }
    }
  }

  @Test("A rank alone has memory of its own")
  func local() throws {
    let local = LocalCommunicator()
    let memory = try local.allocateShared(byteCount: 3)
    memory.bytes[2] = 7
    try local.synchronize()
    #expect(Array(memory.bytes) == [0, 0, 7])
    try memory.free()
    #expect(memory.bytes.isEmpty)
    #expect(throws: CommunicationError.self) { try local.allocateShared(byteCount: 1 << 60) }
  }
}
