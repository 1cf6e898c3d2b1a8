import Communication
import Testing

@Suite("Agreement between ranks")
struct AgreementTests {
  @Test("All succeed", arguments: groupSizes)
  func success(ranks: Int) throws {
    let results = try InProcessWorld.run(ranks: ranks) { communicator -> Int? in
      // An optional result that is nil is a success.
      try communicator.agree(phase: "counting") { communicator.rank == 0 ? nil : communicator.rank }
    }
    #expect(results == (0..<ranks).map { $0 == 0 ? nil : $0 })
  }

  @Test(
    "Exactly the lowest failing rank throws its own error",
    arguments: [(1, [0]), (2, [1]), (3, [1, 2]), (4, [0, 1, 2, 3]), (7, [6]), (7, [2, 5])])
  func failure(ranks: Int, failing: [Int]) throws {
    let outcomes = InProcessWorld.outcomes(ranks: ranks) { communicator in
      try communicator.agree(phase: "reading the data") {
        if failing.contains(communicator.rank) { throw Deliberate(rank: communicator.rank) }
      }
    }
    for (rank, outcome) in outcomes.enumerated() {
      if rank == failing[0] {
        #expect(throws: Deliberate(rank: rank)) { try outcome.get() }
      } else {
        let error = #expect(throws: PeerFailure.self) { try outcome.get() }
        #expect(error == PeerFailure(rank: failing[0], phase: "reading the data"))
        #expect(error?.description.contains("Rank \(failing[0]) failed while reading the data") == true)
      }
    }
  }

  @Test("The group goes on after a failure that all know of")
  func goesOn() throws {
    let sums = try InProcessWorld.run(ranks: 4) { communicator in
      try? communicator.agree(phase: "trying") {
        if communicator.rank == 3 { throw Deliberate(rank: 3) }
      }
      return try communicator.allReduce(Int64(1), .sum)
    }
    #expect(sums == [4, 4, 4, 4])
  }

  @Test("run reports the cause, not the peers' failures", arguments: [0, 3])
  func cause(failing: Int) {
    #expect(throws: Deliberate(rank: failing)) {
      try InProcessWorld.run(ranks: 4) { communicator in
        try communicator.agree(phase: "trying") {
          if communicator.rank == failing { throw Deliberate(rank: failing) }
        }
      }
    }
  }

  @Test("Equal fields pass with one all-reduce of 16 bytes", arguments: groupSizes)
  func equal(ranks: Int) throws {
    let totals = try InProcessWorld.run(ranks: ranks) { communicator in
      let counting = CountingCommunicator(communicator)
      try counting.requireEqual([("seed", "1"), ("data hash", "abc"), ("", "")])
      try counting.requireEqual([])
      return counting.total
    }
    #expect(totals.allSatisfy { $0 == .init(calls: 2, bytes: 32) })
  }

  @Test("A difference is named on every rank, with ranks and values", arguments: [2, 3, 4, 7])
  func different(ranks: Int) throws {
    for odd in 0..<ranks {
      let outcomes = InProcessWorld.outcomes(ranks: ranks) { communicator in
        let isOdd = communicator.rank == odd
        try communicator.requireEqual([
          ("version", "1"), ("data hash", isOdd ? "beef" : "cafe"), ("seed", "3"),
        ])
      }
      let errors = outcomes.map { outcome in
        #expect(throws: DisagreementError.self) { try outcome.get() }
      }
      let error = try #require(errors[0])
      #expect(errors.allSatisfy { $0 == error })
      #expect(error.differences.map(\.field) == ["data hash"])
      let groups = try #require(error.differences.first).groups
      #expect(groups.count == 2)
      #expect(groups.contains { $0.value == "beef" && $0.ranks == [odd] })
      #expect(groups.contains { $0.value == "cafe" && $0.ranks == (0..<ranks).filter { $0 != odd } })
    }
  }

  @Test("What moves between fields, and fields that a rank lacks, are seen")
  func shifted() {
    let outcomes = InProcessWorld.outcomes(ranks: 3) { communicator in
      try communicator.requireEqual(
        communicator.rank == 1 ? [("a", "bc"), ("extra", "1")] : [("a", "b"), ("c", "")])
    }
    for outcome in outcomes {
      let error = #expect(throws: DisagreementError.self) { try outcome.get() }
      #expect(
        error?.description.contains(
          """
          The ranks differ in a (ranks 0, 2: "b"; rank 1: "bc"), c (ranks 0, 2: ""; rank 1: no such field), \
          extra (ranks 0, 2: no such field; rank 1: "1").
          """) == true, "\(String(describing: error))")
    }
  }

  @Test("All ranks different")
  func allDifferent() throws {
    let outcomes = InProcessWorld.outcomes(ranks: 4) { try $0.requireEqual([("host", "\($0.rank)")]) }
    let error = #expect(throws: DisagreementError.self) { try outcomes[3].get() }
    #expect(error?.differences.first?.groups.map(\.ranks) == [[0], [1], [2], [3]])
  }
}
