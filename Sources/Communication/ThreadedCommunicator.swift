import Foundation

/// One rank of a group of threads in this process, which `InProcessWorld` makes.
///
/// Sums are added in rank order, so they have the same bits in every run. Ranks whose calls do not match, and
/// ranks that end or do not come in time, make all waiting ranks throw `CommunicationError`.
public final class ThreadedCommunicator: Communicator {
  /// This rank's number.
  public let rank: Int
  /// The number of ranks.
  public let size: Int
  /// The name of this machine.
  public let hostName = ProcessInfo.processInfo.hostName

  private let rendezvous: Rendezvous
  private let onAbort: @Sendable (Int32) -> Void

  init(rank: Int, size: Int, rendezvous: Rendezvous, onAbort: @escaping @Sendable (Int32) -> Void) {
    self.rank = rank
    self.size = size
    self.rendezvous = rendezvous
    self.onAbort = onAbort
  }

  /// All ranks are on one node: the same as `rank`.
  public var nodeRank: Int { rank }
  /// All ranks are on one node: the same as `size`.
  public var nodeSize: Int { size }
  /// Seconds since the machine started, on the monotonic clock.
  public var time: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  /// Adds up in rank order; every rank must call.
  public func allReduce<T: Reducible>(
    _ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation
  ) throws {
    let signature = CollectiveCall.Signature(
      collective: .allReduce, type: T.reducibleType, operation: operation, length: buffer.count)
    try rendezvous.meet(
      rank: rank, call: CollectiveCall(signature: signature, bytes: UnsafeMutableRawBufferPointer(buffer)))
  }

  /// Copies from the root's thread; every rank must call.
  public func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws {
    try checkRoot(root)
    let signature = CollectiveCall.Signature(collective: .broadcast, length: bytes.count, root: root)
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: signature, bytes: bytes))
  }

  /// Waits for all ranks; every rank must call.
  public func barrier() throws {
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: .init(collective: .barrier)))
  }

  /// Copies to the root's thread; every rank must call.
  public func gather(
    _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int
  ) throws {
    try checkRoot(root)
    precondition(
      rank != root || received.count == size * bytes.count,
      "the receiving buffer must hold size * length bytes")
    let signature = CollectiveCall.Signature(collective: .gather, length: bytes.count, root: root)
    let call = CollectiveCall(
      signature: signature, bytes: UnsafeMutableRawBufferPointer(mutating: bytes), received: received)
    try rendezvous.meet(rank: rank, call: call)
  }

  /// Copies to the root's thread; every rank must call.
  public func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]? {
    try checkRoot(root)
    let signature = CollectiveCall.Signature(collective: .gatherVariable, root: root)
    let call = CollectiveCall(
      signature: signature, bytes: UnsafeMutableRawBufferPointer(mutating: bytes))
    let gathered = try rendezvous.meet(rank: rank, call: call)
    return rank == root ? gathered : nil
  }

  /// Makes every other rank's calls throw `CommunicationError.aborted`, as does `InProcessWorld.run`.
  ///
  /// A thread cannot be ended from within, so this one sleeps for the rest of the process's life.
  public func abort(code: Int32) -> Never {
    rendezvous.abort(rank: rank, code: code)
    onAbort(code)
    while true { Thread.sleep(forTimeInterval: 3600) }
  }

  /// Does nothing.
  public func finalize() throws {}
}
