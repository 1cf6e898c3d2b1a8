import Communication
import Foundation
import Testing

/// A pair of calls that do not match: rank 0 makes the first, the others the second.
struct Mismatch: Sendable, CustomTestStringConvertible {
  let name: String
  let first: @Sendable (any Communicator) throws -> Void
  let others: @Sendable (any Communicator) throws -> Void

  var testDescription: String { name }

  static let cases: [Mismatch] = [
    Mismatch(
      name: "operation", first: { _ = try $0.allReduce(1.0, .sum) },
      others: { _ = try $0.allReduce(1.0, .max) }
    ),
    Mismatch(
      name: "type", first: { _ = try $0.allReduce(Int64(1), .sum) },
      others: { _ = try $0.allReduce(UInt64(1), .sum) }),
    Mismatch(
      name: "length", first: { try reduce($0, 3) }, others: { try reduce($0, 4) }),
    Mismatch(name: "empty on one rank", first: { try reduce($0, 0) }, others: { try reduce($0, 1) }),
    Mismatch(name: "kind", first: { try $0.barrier() }, others: { try reduce($0, 1) }),
    Mismatch(
      name: "root", first: { _ = try $0.gatherStrings("", root: 0) },
      others: { _ = try $0.gatherStrings("", root: 1) }),
    Mismatch(name: "broadcast length", first: { try send($0, 4) }, others: { try send($0, 5) }),
    Mismatch(
      name: "all-gather length", first: { try allGather($0, 2) }, others: { try allGather($0, 1) }),
    Mismatch(
      name: "rank 0 expects more", first: { try exchange($0, sends: 1, receives: 2) },
      others: { try exchange($0, sends: 1, receives: 1) }),
    Mismatch(
      name: "rank 0 sends more", first: { try exchange($0, sends: 2, receives: 1) },
      others: { try exchange($0, sends: 1, receives: 1) }),
    Mismatch(
      name: "kind, with parts", first: { try exchange($0, sends: 1, receives: 1) },
      others: { try allGather($0, 1) }),
  ]

  private static func reduce(_ communicator: any Communicator, _ count: Int) throws {
    var values = [Float](repeating: 1, count: count)
    try communicator.allReduce(&values, .sum)
  }

  /// As many elements of every rank.
  private static func allGather(_ communicator: any Communicator, _ count: Int) throws {
    let parts = PartLengths(Array(repeating: count, count: communicator.size))
    var values = [Float](repeating: 1, count: parts.count)
    try communicator.allGather(&values, parts)
  }

  /// As many elements to, and from, every other rank.
  private static func exchange(_ communicator: any Communicator, sends: Int, receives: Int) throws {
    func parts(_ count: Int) -> PartLengths {
      PartLengths((0..<communicator.size).map { $0 == communicator.rank ? 1 : count })
    }
    let values = [Float](repeating: 1, count: parts(sends).count)
    var received = [Float](repeating: 0, count: parts(receives).count)
    try communicator.exchange(values, parts(sends), into: &received, parts(receives))
  }

  private static func send(_ communicator: any Communicator, _ count: Int) throws {
    var values = [UInt8](repeating: 1, count: count)
    try values.withUnsafeMutableBytes { try communicator.broadcast($0, root: 0) }
  }
}

@Suite("Failures of in-process ranks end all ranks")
struct FailureTests {
  @Test("Calls that do not match throw on every rank", arguments: Mismatch.cases, [2, 3, 7])
  func mismatch(_ mismatch: Mismatch, ranks: Int) throws {
    let outcomes = InProcessWorld.outcomes(ranks: ranks) { communicator in
      try (communicator.rank == 0 ? mismatch.first : mismatch.others)(communicator)
    }
    for outcome in outcomes {
      let error = #expect(throws: CommunicationError.self) { try outcome.get() }
      guard case .mismatch(let calls) = error else {
        Issue.record("not a mismatch: \(String(describing: error))")
        continue
      }
      #expect(calls.count == ranks)
      #expect(calls[0] != calls[1])
    }
  }

  @Test("After a failure every later call throws as well")
  func failureIsFinal() {
    let outcomes = InProcessWorld.outcomes(ranks: 3) { communicator in
      _ = try? communicator.broadcast(String(repeating: "x", count: 3), root: communicator.rank)
      try communicator.barrier()
    }
    for outcome in outcomes { #expect(throws: CommunicationError.self) { try outcome.get() } }
  }

  @Test("A rank that throws wakes the others, and run reports its error", arguments: [2, 3, 7])
  func rankThrows(ranks: Int) {
    expectFailureWakesOthers(ranks: ranks) { _ in
    } wait: { communicator, _ in
      try communicator.barrier()
    }
  }

  @Test("A rank that returns early ends the others' waiting, before and after they come")
  func rankReturns() {
    for delays in [[0, 0.1], [0.1, 0]] {
      let outcomes = InProcessWorld.outcomes(ranks: 2) { communicator in
        Thread.sleep(forTimeInterval: delays[communicator.rank])
        if communicator.rank == 0 { try communicator.barrier() }
      }
      #expect(throws: CommunicationError.rankLeft(rank: 1, cause: nil)) { try outcomes[0].get() }
      #expect(throws: Never.self) { try outcomes[1].get() }
    }
  }

  @Test("A rank that does not come in time is named")
  func timeout() {
    let outcomes = InProcessWorld.outcomes(ranks: 3, timeout: 0.2) { communicator in
      if communicator.rank == 1 { Thread.sleep(forTimeInterval: 0.6) }
      try communicator.barrier()
    }
    let expected = CommunicationError.timedOut(seconds: 0.2, waitingIn: "barrier", missing: [1])
    for outcome in outcomes { #expect(throws: expected) { try outcome.get() } }
  }

  @Test("An abort ends all ranks with its code")
  func abort() {
    let outcomes = InProcessWorld.outcomes(ranks: 3) { communicator in
      if communicator.rank == 2 { communicator.abort(code: 7) }
      try communicator.barrier()
    }
    for outcome in outcomes {
      #expect(throws: CommunicationError.aborted(rank: 2, code: 7)) { try outcome.get() }
    }
  }

  @Test("A root that is no rank is refused on every rank", arguments: [-1, 2, 100])
  func rootOutOfRange(root: Int) {
    let outcomes = InProcessWorld.outcomes(ranks: 2) { try $0.gatherStrings("", root: root) }
    for outcome in outcomes {
      #expect(throws: CommunicationError.rootOutOfRange(root: root, size: 2)) { try outcome.get() }
    }
  }
}
