import Synchronization

/// Passes every call on to another communicator and counts the collectives, for tests and benchmarks.
package final class CountingCommunicator: Communicator {
  /// How often a collective was called, and with how many bytes in this rank's own buffer: where it gives one
  /// thing and receives another, those it gives.
  package struct Count: Sendable, Equatable {
    /// The calls, including those that threw.
    package var calls = 0
    /// The bytes of this rank's buffers over all calls.
    package var bytes = 0

    /// A count of so many calls and bytes.
    package init(calls: Int = 0, bytes: Int = 0) {
      self.calls = calls
      self.bytes = bytes
    }
  }

  /// What a communicator and the groups split off from it count into.
  private final class Board: Sendable {
    let counts = Mutex<[Collective: Count]>([:])
  }

  private let base: any Communicator
  private let board: Board

  /// Counts the calls that are made through it to `base`, and to the groups that are split off through it.
  package init(_ base: any Communicator) {
    self.base = base
    board = Board()
  }

  private init(_ base: any Communicator, board: Board) {
    self.base = base
    self.board = board
  }

  /// The calls so far of one kind.
  package subscript(collective: Collective) -> Count {
    board.counts.withLock { $0[collective] ?? Count() }
  }

  /// The calls so far of all kinds.
  package var total: Count {
    board.counts.withLock {
      $0.values.reduce(into: Count()) { total, count in
        total.calls += count.calls
        total.bytes += count.bytes
      }
    }
  }

  /// Forgets what was counted.
  package func reset() {
    board.counts.withLock { $0.removeAll(keepingCapacity: true) }
  }

  private func note(_ collective: Collective, bytes: Int) {
    board.counts.withLock {
      $0[collective, default: Count()].calls += 1
      $0[collective, default: Count()].bytes += bytes
    }
  }

  /// The base's rank.
  package var rank: Int { base.rank }
  /// The base's size.
  package var size: Int { base.size }
  /// The base's rank within the node.
  package var nodeRank: Int { base.nodeRank }
  /// The base's number of ranks on the node.
  package var nodeSize: Int { base.nodeSize }
  /// The base's first rank of the node.
  package var nodeLeader: Int { base.nodeLeader }
  /// The base's node name.
  package var hostName: String { base.hostName }
  /// The base's clock, in seconds.
  package var time: Double { base.time }

  /// Counts and passes on; every rank must call.
  package func allReduce<T: Reducible>(
    _ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation
  ) throws {
    note(.allReduce, bytes: buffer.count * MemoryLayout<T>.stride)
    try base.allReduce(buffer, operation)
  }

  /// Counts and passes on; every rank must call.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws {
    note(.broadcast, bytes: bytes.count)
    try base.broadcast(bytes, root: root)
  }

  /// Counts and passes on; every rank must call.
  package func barrier() throws {
    note(.barrier, bytes: 0)
    try base.barrier()
  }

  /// Counts and passes on; every rank must call.
  package func gather(
    _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int
  ) throws {
    note(.gather, bytes: bytes.count)
    try base.gather(bytes, into: received, root: root)
  }

  /// Counts and passes on; every rank must call.
  package func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]? {
    note(.gatherVariable, bytes: bytes.count)
    return try base.gatherVariable(bytes, root: root)
  }

  /// Counts and passes on; every rank must call.
  package func allGather(_ buffer: UnsafeMutablePointer<Float>, _ parts: PartLengths) throws {
    note(.allGather, bytes: parts[rank].count * MemoryLayout<Float>.stride)
    try base.allGather(buffer, parts)
  }

  /// Counts and passes on; every rank must call.
  package func exchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    into received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) throws {
    note(.exchange, bytes: sentParts.count * MemoryLayout<Float>.stride)
    try base.exchange(sent, sentParts, into: received, receivedParts)
  }

  /// Counts and passes on; the new group's calls are added to the same counts. Every rank must call.
  package func split(color: Int, key: Int) throws -> any Communicator {
    note(.split, bytes: 0)
    return CountingCommunicator(try base.split(color: color, key: key), board: board)
  }

  /// Counts and passes on; every rank must call.
  package func allocateShared(byteCount: Int) throws -> SharedMemory {
    note(.allocateShared, bytes: byteCount)
    let memory = try base.allocateShared(byteCount: byteCount)
    return SharedMemory(memory.bytes) {
      self.note(.freeShared, bytes: byteCount)
      try memory.free()
    }
  }

  /// Counts and passes on; every rank must call.
  package func synchronize() throws {
    note(.synchronize, bytes: 0)
    try base.synchronize()
  }

  /// Passes on.
  package func abort(code: Int32) -> Never { base.abort(code: code) }

  /// Passes on; every rank must call.
  package func finalize() throws { try base.finalize() }
}
