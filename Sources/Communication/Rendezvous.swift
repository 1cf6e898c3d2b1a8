import Dispatch
import Foundation
import Synchronization

/// Where the threads of an in-process group meet: the last to arrive carries out the collective for all.
///
/// Any failure is final, and every rank that calls afterwards gets the same error.
final class Rendezvous: @unchecked Sendable {
  /// What a rank gets besides the bytes in its buffers.
  enum Delivery {
    /// The bytes of all ranks, at the root.
    case gathered([[UInt8]])
    /// The part of the group that this rank is in, and its number there.
    case part(Rendezvous, rank: Int)
    /// Memory of all ranks, or why there is none.
    case memory(Result<PageMemory, any Error>)
  }

  /// The group's ranks by their numbers in the whole job.
  let members: [Int]

  // Guards everything below. The memory behind the calls' pointers belongs to ranks that are waiting here.
  private let condition = NSCondition()
  private let timeout: Double
  private let looksFirst: Bool
  /// Changes whenever somebody who waits has to look: read without the lock.
  private let news = Atomic<Int>(0)

  /// How one who waits looks before it sleeps: so often at once, then for so many nanoseconds, letting others have the core.
  /// Who comes later than that has no core of its own; on busy cores who slept is run soon, who spun is made to wait.
  private static let looks = (busy: 2_000, nanoseconds: UInt64(150_000))
  private var calls: [CollectiveCall?]
  private var deliveries: [Delivery?]
  private var arrived = 0
  private var generation = 0
  private var failure: CommunicationError?
  private var firstLeft: (rank: Int, cause: String?)?

  /// A group; with `looksFirst` a rank that waits keeps its core for a while, since others come within microseconds.
  init(members: [Int], timeout: Double, looksFirst: Bool = false) {
    self.members = members
    self.timeout = timeout
    self.looksFirst = looksFirst
    calls = Array(repeating: nil, count: members.count)
    deliveries = Array(repeating: nil, count: members.count)
  }

  /// Takes part in a collective as rank `rank` of this group.
  @discardableResult
  func meet(rank: Int, call: CollectiveCall) throws -> Delivery? {
    condition.lock()
    defer { condition.unlock() }
    if failure == nil, let left = firstLeft { failure = .rankLeft(rank: left.rank, cause: left.cause) }
    if let failure { throw failure }

    let round = generation
    calls[rank] = call
    arrived += 1
    if arrived == members.count {
      complete()
    } else {
      if looksFirst { look() }
      wait(for: round, in: call)
    }
    // A round that was completed stands, even if a rank has failed since.
    if generation == round, let failure { throw failure }
    defer { deliveries[rank] = nil }
    return deliveries[rank]
  }

  /// Records that a rank of the job makes no more calls, so that nobody waits for it.
  func leave(_ member: Int, cause: String?) {
    guard members.contains(member) else { return }
    condition.lock()
    defer { condition.unlock() }
    if firstLeft == nil || (firstLeft?.cause == nil && cause != nil) { firstLeft = (member, cause) }
    if arrived > 0, failure == nil { failure = .rankLeft(rank: member, cause: cause) }
    tellAll()
  }

  /// Ends the group, for a rank of the job: everybody's calls throw from now on.
  func abort(_ member: Int, code: Int32) {
    condition.lock()
    defer { condition.unlock() }
    if failure == nil { failure = .aborted(rank: member, code: code) }
    tellAll()
  }

  /// Looks without the lock whether there is news.
  private func look() {
    let before = news.load(ordering: .relaxed)
    condition.unlock()
    defer { condition.lock() }
    for _ in 0..<Self.looks.busy where news.load(ordering: .acquiring) != before { return }
    let start = DispatchTime.now().uptimeNanoseconds
    while news.load(ordering: .acquiring) == before,
      DispatchTime.now().uptimeNanoseconds - start < Self.looks.nanoseconds
    {
      sched_yield()
    }
  }

  private func tellAll() {
    news.add(1, ordering: .releasing)
    condition.broadcast()
  }

  private func wait(for round: Int, in call: CollectiveCall) {
    if timeout == .infinity {
      while generation == round, failure == nil { condition.wait() }
      return
    }
    let deadline = Date(timeIntervalSinceNow: timeout)
    while generation == round, failure == nil {
      if !condition.wait(until: deadline), generation == round, failure == nil {
        failure = .timedOut(
          seconds: timeout, waitingIn: "\(call.signature)",
          missing: calls.indices.filter { calls[$0] == nil }.map { members[$0] })
        tellAll()
      }
    }
  }

  private func complete() {
    defer { tellAll() }
    let signature = call(of: 0).signature
    for rank in calls.indices where call(of: rank).signature != signature {
      failure = .mismatch(calls: calls.indices.map { "\(call(of: $0).signature)" })
      return
    }
    guard partsMatch() else {
      failure = .mismatch(
        calls: calls.indices.map {
          "exchange (sends \(call(of: $0).sentParts), receives \(call(of: $0).receivedParts) Float)"
        })
      return
    }
    carryOut(signature)
    for rank in calls.indices { calls[rank] = nil }
    arrived = 0
    generation += 1
  }

  private func call(of rank: Int) -> CollectiveCall {
    guard let call = calls[rank] else { preconditionFailure("a collective starts when all have come") }
    return call
  }

  /// Whether all ranks expect what the others send them; true if nothing is exchanged.
  private func partsMatch() -> Bool {
    calls.indices.allSatisfy { sender in
      call(of: sender).sentParts.counts.indices.allSatisfy { receiver in
        call(of: sender).sentParts.counts[receiver] == call(of: receiver).receivedParts.counts[sender]
      }
    }
  }

  private func carryOut(_ signature: CollectiveCall.Signature) {
    let root = signature.root ?? 0
    switch signature.collective {
    case .barrier, .synchronize, .freeShared:
      // The lock has made everybody's writes visible to everybody.
      break
    case .allReduce:
      guard let operation = signature.operation else { return }
      switch signature.type {
      case .float: reduce(operation, Float.self)
      case .double: reduce(operation, Double.self)
      case .int64: reduce(operation, Int64.self)
      case .uint64: reduce(operation, UInt64.self)
      case nil: break
      }
    case .broadcast:
      for rank in calls.indices where rank != root {
        call(of: rank).bytes.copyMemory(from: UnsafeRawBufferPointer(call(of: root).bytes))
      }
    case .gather:
      for rank in calls.indices {
        let bytes = call(of: rank).bytes
        guard bytes.count > 0 else { continue }
        let part = UnsafeMutableRawBufferPointer(
          rebasing: call(of: root).received[rank * bytes.count..<(rank + 1) * bytes.count])
        part.copyMemory(from: UnsafeRawBufferPointer(bytes))
      }
    case .gatherVariable:
      deliveries[root] = .gathered(calls.indices.map { Array(call(of: $0).bytes) })
    case .allGather:
      guard let parts = signature.parts else { return }
      for sender in calls.indices {
        for receiver in calls.indices where receiver != sender {
          copy(parts[sender], of: call(of: sender).bytes, to: parts[sender], of: call(of: receiver).bytes)
        }
      }
    case .exchange:
      for sender in calls.indices {
        for receiver in calls.indices {
          copy(
            call(of: sender).sentParts[receiver], of: call(of: sender).bytes,
            to: call(of: receiver).receivedParts[sender], of: call(of: receiver).received)
        }
      }
    case .split:
      split()
    case .allocateShared:
      let memory = Result { try PageMemory(byteCount: signature.length ?? 0) }
      for rank in calls.indices { deliveries[rank] = .memory(memory) }
    }
  }

  private func copy(
    _ source: Range<Int>, of sent: UnsafeMutableRawBufferPointer,
    to target: Range<Int>, of received: UnsafeMutableRawBufferPointer
  ) {
    let elements = sent.bindMemory(to: Float.self)[source]
    _ = received.bindMemory(to: Float.self)[target].update(fromContentsOf: elements)
  }

  private func split() {
    for (_, ranks) in Dictionary(grouping: calls.indices, by: { call(of: $0).color }) {
      let ordered = ranks.sorted { (call(of: $0).key, $0) < (call(of: $1).key, $1) }
      let part = Rendezvous(
        members: ordered.map { members[$0] }, timeout: timeout, looksFirst: looksFirst)
      for (place, rank) in ordered.enumerated() { deliveries[rank] = .part(part, rank: place) }
    }
  }

  /// Joins the ranks' values in rank order, so that every run gives the same bits.
  private func reduce<T: Reducible>(_ operation: ReduceOperation, _ type: T.Type) {
    let values = call(of: 0).bytes.bindMemory(to: T.self)
    for rank in calls.indices.dropFirst() {
      let others = call(of: rank).bytes.bindMemory(to: T.self)
      for index in values.indices { values[index] = operation(values[index], others[index]) }
    }
    for rank in calls.indices.dropFirst() {
      call(of: rank).bytes.copyMemory(from: UnsafeRawBufferPointer(values))
    }
  }
}
