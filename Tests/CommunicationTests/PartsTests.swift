import CAllocationCounter
import Communication
import Foundation
import Testing

@Suite("Parts of different lengths")
struct PartsTests {
  @Test("An exchange brings every part to its rank", arguments: PartsPattern.all, groupSizes)
  func exchange(_ pattern: PartsPattern, ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { try pattern.exchange($0) }
    #expect(results == (0..<ranks).map { pattern.exchanged(rank: $0, ranks: ranks) })
  }

  @Test("An all-gather gives every rank all parts", arguments: PartsPattern.all, groupSizes)
  func allGather(_ pattern: PartsPattern, ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { try pattern.allGather($0) }
    #expect(results == Array(repeating: pattern.gathered(ranks: ranks), count: ranks))
  }

  @Test("A rank alone has its own part", arguments: PartsPattern.all)
  func local(_ pattern: PartsPattern) throws {
    #expect(try pattern.exchange(LocalCommunicator()) == pattern.exchanged(rank: 0, ranks: 1))
    #expect(try pattern.allGather(LocalCommunicator()) == pattern.gathered(ranks: 1))
  }

  @Test("Groups that were split off exchange by their own numbers", arguments: [(4, 2), (7, 3)])
  func groups(ranks: Int, ranksPerNode: Int) throws {
    let pattern = PartsPattern.all[2]
    let results = try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let node = try communicator.nodeGroup()
      return (
        try pattern.exchange(node), pattern.exchanged(rank: node.rank, ranks: node.size),
        try pattern.allGather(node), pattern.gathered(ranks: node.size)
      )
    }
    for result in results {
      #expect(result.0 == result.1)
      #expect(result.2 == result.3)
    }
  }

  @Test(
    "One length that is not what the receiver expects throws on every rank", arguments: [2, 4, 7], [3, 5])
  func mismatch(ranks: Int, expected: Int) {
    let outcomes = InProcessWorld.outcomes(ranks: ranks) { communicator in
      let sent = [Float](repeating: 1, count: 4 * ranks)
      var received = [Float](repeating: 0, count: 5 * ranks)
      let fours = PartLengths(Array(repeating: 4, count: ranks))
      var lengths = Array(repeating: 4, count: ranks)
      // What rank 1 expects of rank 0.
      if communicator.rank == 1 { lengths[0] = expected }
      try communicator.exchange(sent, fours, into: &received, PartLengths(lengths))
    }
    let fours = Array(repeating: "4", count: ranks).joined(separator: ", ")
    var calls = Array(repeating: "exchange (sends \(fours), receives \(fours) Float)", count: ranks)
    calls[1] = "exchange (sends \(fours), receives \(expected)\(fours.dropFirst()) Float)"
    for outcome in outcomes {
      #expect(throws: CommunicationError.mismatch(calls: calls)) { try outcome.get() }
    }
  }

  @Test("Nothing is delivered where one length is wrong")
  func nothingDelivered() throws {
    let results = try InProcessWorld.run(ranks: 3) { communicator in
      let ones = PartLengths([1, 1, 1])
      var received: [Float] = [-1, -1, -1, -1]
      let expected = communicator.rank == 2 ? PartLengths([2, 1, 1]) : ones
      _ = try? communicator.exchange([7, 8, 9], ones, into: &received, expected)
      return received
    }
    #expect(results == Array(repeating: [-1, -1, -1, -1], count: 3))
  }

  @Test("A rank alone takes no memory from the heap")
  func allocations() throws {
    let local = LocalCommunicator()
    let parts = PartLengths([1000])
    let sent = [Float](repeating: 1, count: 1000)
    var received = [Float](repeating: 0, count: 1000)
    let before = callocation_count()
    for _ in 0..<10 {
      try local.exchange(sent, parts, into: &received, parts)
      try local.allGather(&received, parts)
    }
    #expect(callocation_count() == before)
    #expect(received == sent)
  }
}

@Suite("Lengths of parts")
struct PartLengthsTests {
  @Test(
    "Parts lie one behind the other",
    arguments: [([0], [0..<0]), ([5], [0..<5]), ([3, 0, 2, 0], [0..<3, 3..<3, 3..<5, 5..<5])])
  func ranges(lengths: [Int], ranges: [Range<Int>]) {
    let parts = PartLengths(lengths)
    #expect(lengths.indices.map { parts[$0] } == ranges)
    #expect(parts.count == lengths.reduce(0, +))
    #expect(parts.partCount == lengths.count)
    #expect(parts.description == lengths.map(String.init).joined(separator: ", "))
  }

  @Test("All that 32 bits count is allowed")
  func largest() {
    let half = Int(Int32.max) / 2
    let parts = PartLengths([half, half, 1, 0])
    #expect(parts.count == Int(Int32.max))
    #expect(parts[2] == 2 * half..<Int(Int32.max))
    #expect(parts[3].isEmpty)
  }

  #if compiler(>=6.2)
    @Test("More, and less than nothing, ends the process")
    func refused() async {
      await #expect(processExitsWith: .failure) { _ = PartLengths([1, -1]) }
      await #expect(processExitsWith: .failure) { _ = PartLengths([Int(Int32.max) + 1]) }
      await #expect(processExitsWith: .failure) { _ = PartLengths([Int(Int32.max), 1]) }
    }

    @Test("What a rank alone can see to be wrong ends the process")
    func wrongCalls() async {
      await #expect(processExitsWith: .failure) {
        var received: [Float] = [0, 0]
        try LocalCommunicator().exchange([1, 2], PartLengths([1, 1]), into: &received, PartLengths([1, 1]))
      }
      await #expect(processExitsWith: .failure) {
        var received: [Float] = [0, 0]
        try LocalCommunicator().exchange([1, 2], PartLengths([1]), into: &received, PartLengths([2]))
      }
      await #expect(processExitsWith: .failure) {
        var values: [Float] = [0, 0, 0]
        try values.withUnsafeMutableBufferPointer {
          let (sent, received) = (UnsafePointer($0.baseAddress!), $0.baseAddress! + 1)
          try LocalCommunicator().exchange(sent, PartLengths([2]), into: received, PartLengths([2]))
        }
      }
      await #expect(processExitsWith: .failure) {
        var values: [Float] = [0, 0]
        try LocalCommunicator().allGather(&values, PartLengths([1, 1]))
      }
    }
  #else
    @Test(.disabled("what ends a process is tested from Swift 6.2 on only"))
    func refused() { Issue.record("needs Swift 6.2") }
  #endif
}
