import Communication
import Foundation
import Testing

@Suite("Failures reach the groups that were split off")
struct GroupFailureTests {
  @Test("A rank that fails outside wakes those who wait for it in a part", arguments: [2, 4, 7])
  func rankThrows(ranks: Int) {
    expectFailureWakesOthers(ranks: ranks) {
      try $0.split(color: 0, key: -$0.rank)
    } wait: { _, part in
      try part.synchronize()
    }
  }

  @Test("A failure within one node ends the ranks of the others, who wait across nodes")
  func spreads() {
    let outcomes = InProcessWorld.outcomes(ranks: 6, ranksPerNode: 2) { communicator in
      let node = try communicator.nodeGroup()
      let across = try communicator.acrossNodes()
      if communicator.rank == 3 { throw Deliberate(rank: 3) }
      try node.synchronize()
      _ = try across.allReduce(1.0, .sum)
      try node.synchronize()
    }
    #expect(throws: Deliberate(rank: 3)) { try outcomes[3].get() }
    for rank in [0, 1, 2, 4, 5] {
      let error = #expect(throws: CommunicationError.self) { try outcomes[rank].get() }
      guard case .rankLeft = error else {
        Issue.record("not a consequence: \(String(describing: error))")
        continue
      }
    }
  }

  @Test("A rank that is gone before its part is made is known there")
  func goneBefore() {
    let outcomes = InProcessWorld.outcomes(ranks: 4) { communicator in
      let part = try communicator.split(color: communicator.rank / 2, key: 0)
      if communicator.rank == 3 { return }
      Thread.sleep(forTimeInterval: 0.05)
      try part.split(color: 0, key: 0).barrier()
    }
    for rank in [0, 1, 3] { #expect(throws: Never.self) { try outcomes[rank].get() } }
    #expect(throws: CommunicationError.rankLeft(rank: 3, cause: nil)) { try outcomes[2].get() }
  }

  @Test("An abort in a part ends the ranks of all parts", arguments: [0, 3, 5])
  func abort(aborting: Int) {
    let outcomes = InProcessWorld.outcomes(ranks: 6, ranksPerNode: 2) { communicator in
      let node = try communicator.nodeGroup()
      let pair = try node.split(color: 0, key: 0)
      if communicator.rank == aborting { pair.abort(code: 9) }
      // The other nodes wait in the group of all.
      if communicator.rank / 2 == aborting / 2 { try pair.barrier() } else { try communicator.barrier() }
    }
    for outcome in outcomes {
      #expect(throws: CommunicationError.aborted(rank: aborting, code: 9)) { try outcome.get() }
    }
  }

  @Test("Calls that do not match in a part throw there; the other part goes on")
  func mismatch() {
    let outcomes = InProcessWorld.outcomes(ranks: 4, ranksPerNode: 2) { communicator in
      let node = try communicator.nodeGroup()
      if communicator.rank == 0 { try node.barrier() } else { try node.synchronize() }
    }
    for rank in 0...1 {
      #expect(throws: CommunicationError.mismatch(calls: ["barrier", "synchronize"])) {
        try outcomes[rank].get()
      }
    }
    for rank in 2...3 { #expect(throws: Never.self) { try outcomes[rank].get() } }
  }

  @Test("A rank that does not come in time is named by its number in the job")
  func timeout() {
    let outcomes = InProcessWorld.outcomes(ranks: 4, ranksPerNode: 2, timeout: 0.2) { communicator in
      let node = try communicator.nodeGroup()
      if communicator.rank == 3 { Thread.sleep(forTimeInterval: 0.6) }
      try node.synchronize()
    }
    let expected = CommunicationError.timedOut(seconds: 0.2, waitingIn: "synchronize", missing: [3])
    for rank in 2...3 { #expect(throws: expected) { try outcomes[rank].get() } }
    for rank in 0...1 { #expect(throws: Never.self) { try outcomes[rank].get() } }
  }
}
