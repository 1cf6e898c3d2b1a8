import Foundation

/// Where the threads of an in-process group meet: the last to arrive carries out the collective for all.
///
/// Any failure is final, and every rank that calls afterwards gets the same error.
final class Rendezvous: @unchecked Sendable {
  // Guards everything below. The memory behind the calls' pointers belongs to ranks that are waiting here.
  private let condition = NSCondition()
  private let size: Int
  private let timeout: Double
  private var calls: [CollectiveCall?]
  private var arrived = 0
  private var generation = 0
  private var gathered: [[UInt8]] = []
  private var failure: CommunicationError?
  private var firstLeft: (rank: Int, cause: String?)?

  init(size: Int, timeout: Double) {
    self.size = size
    self.timeout = timeout
    calls = Array(repeating: nil, count: size)
  }

  /// Takes part in a collective; returns what the root of a `gatherVariable` receives.
  @discardableResult
  func meet(rank: Int, call: CollectiveCall) throws -> [[UInt8]] {
    condition.lock()
    defer { condition.unlock() }
    if failure == nil, let left = firstLeft { failure = .rankLeft(rank: left.rank, cause: left.cause) }
    if let failure { throw failure }

    let round = generation
    calls[rank] = call
    arrived += 1
    if arrived == size {
      complete()
    } else {
      wait(for: round, in: call)
    }
    // A round that was completed stands, even if a rank has failed since.
    if generation == round, let failure { throw failure }
    let isRoot = call.signature.root == rank && call.signature.collective == .gatherVariable
    defer { if isRoot { gathered = [] } }
    return isRoot ? gathered : []
  }

  /// Records that a rank makes no more calls, so that nobody waits for it.
  func leave(rank: Int, cause: String?) {
    condition.lock()
    defer { condition.unlock() }
    if firstLeft == nil || (firstLeft?.cause == nil && cause != nil) { firstLeft = (rank, cause) }
    if arrived > 0, failure == nil { failure = .rankLeft(rank: rank, cause: cause) }
    condition.broadcast()
  }

  /// Ends the group: everybody's calls throw from now on.
  func abort(rank: Int, code: Int32) {
    condition.lock()
    defer { condition.unlock() }
    if failure == nil { failure = .aborted(rank: rank, code: code) }
    condition.broadcast()
  }

  private func wait(for round: Int, in call: CollectiveCall) {
    let deadline = Date(timeIntervalSinceNow: timeout)
    while generation == round, failure == nil {
      if !condition.wait(until: deadline), generation == round, failure == nil {
        failure = .timedOut(
          seconds: timeout, waitingIn: "\(call.signature)",
          missing: calls.indices.filter { calls[$0] == nil })
        condition.broadcast()
      }
    }
  }

  private func complete() {
    let calls = calls.compactMap { $0 }
    defer { condition.broadcast() }
    guard calls.allSatisfy({ $0.signature == calls[0].signature }) else {
      failure = .mismatch(calls: calls.map { "\($0.signature)" })
      return
    }
    carryOut(calls)
    self.calls = Array(repeating: nil, count: size)
    arrived = 0
    generation += 1
  }

  private func carryOut(_ calls: [CollectiveCall]) {
    let signature = calls[0].signature
    let root = signature.root ?? 0
    switch signature.collective {
    case .barrier:
      break
    case .allReduce:
      guard let operation = signature.operation else { return }
      switch signature.type {
      case .float: reduce(calls, operation, Float.self)
      case .double: reduce(calls, operation, Double.self)
      case .int64: reduce(calls, operation, Int64.self)
      case .uint64: reduce(calls, operation, UInt64.self)
      case nil: break
      }
    case .broadcast:
      for rank in calls.indices where rank != root {
        calls[rank].bytes.copyMemory(from: UnsafeRawBufferPointer(calls[root].bytes))
      }
    case .gather:
      for rank in calls.indices {
        let bytes = calls[rank].bytes
        guard bytes.count > 0 else { continue }
        let part = UnsafeMutableRawBufferPointer(
          rebasing: calls[root].received[rank * bytes.count..<(rank + 1) * bytes.count])
        part.copyMemory(from: UnsafeRawBufferPointer(bytes))
      }
    case .gatherVariable:
      gathered = calls.map { Array($0.bytes) }
    }
  }

  /// Joins the ranks' values in rank order, so that every run gives the same bits.
  private func reduce<T: Reducible>(
    _ calls: [CollectiveCall], _ operation: ReduceOperation, _ type: T.Type
  ) {
    let buffers = calls.map { $0.bytes.bindMemory(to: T.self) }
    for index in buffers[0].indices {
      var value = buffers[0][index]
      for buffer in buffers.dropFirst() { value = operation(value, buffer[index]) }
      for buffer in buffers { buffer[index] = value }
    }
  }
}
