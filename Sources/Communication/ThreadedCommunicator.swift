import Foundation

/// One rank of a group of threads in this process, which `InProcessWorld` makes.
///
/// Sums are added in rank order, so they have the same bits in every run. Ranks whose calls do not match, and
/// ranks that end or do not come in time, make all waiting ranks throw `CommunicationError`.
package final class ThreadedCommunicator: Communicator {
  /// This rank's number.
  package let rank: Int
  /// The number of ranks.
  package let size: Int
  /// This rank's number on its simulated node.
  package let nodeRank: Int
  /// How many ranks are on this rank's simulated node.
  package let nodeSize: Int
  /// The first rank of this rank's simulated node.
  package let nodeLeader: Int
  /// The name of this machine, with the node's number if several nodes are simulated.
  package let hostName: String

  private let world: InProcessWorld.Place
  private let rendezvous: Rendezvous

  init(rank: Int, rendezvous: Rendezvous, world: InProcessWorld.Place) {
    self.rank = rank
    size = rendezvous.members.count
    let nodes = rendezvous.members.map { world.node(of: $0) }
    nodeRank = nodes[..<rank].count { $0 == nodes[rank] }
    nodeSize = nodes.count { $0 == nodes[rank] }
    nodeLeader = nodes.firstIndex(of: nodes[rank]) ?? rank
    hostName = world.hostName
    self.world = world
    self.rendezvous = rendezvous
  }

  /// Seconds since the machine started, on the monotonic clock.
  package var time: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  /// Adds up in rank order; every rank must call.
  package func allReduce<T: Reducible>(
    _ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation
  ) throws {
    let signature = CollectiveCall.Signature(
      collective: .allReduce, type: T.reducibleType, operation: operation, length: buffer.count)
    try rendezvous.meet(
      rank: rank, call: CollectiveCall(signature: signature, bytes: UnsafeMutableRawBufferPointer(buffer)))
  }

  /// Copies from the root's thread; every rank must call.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws {
    try checkRoot(root)
    let signature = CollectiveCall.Signature(collective: .broadcast, length: bytes.count, root: root)
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: signature, bytes: bytes))
  }

  /// Waits for all ranks; every rank must call.
  package func barrier() throws {
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: .init(collective: .barrier)))
  }

  /// Copies to the root's thread; every rank must call.
  package func gather(
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
  package func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]? {
    try checkRoot(root)
    let signature = CollectiveCall.Signature(collective: .gatherVariable, root: root)
    let call = CollectiveCall(
      signature: signature, bytes: UnsafeMutableRawBufferPointer(mutating: bytes))
    guard case .gathered(let gathered) = try rendezvous.meet(rank: rank, call: call) else { return nil }
    return gathered
  }

  /// Copies between the ranks' threads; every rank must call.
  package func allGather(_ buffer: UnsafeMutablePointer<Float>, _ parts: PartLengths) throws {
    checkParts(parts)
    let signature = CollectiveCall.Signature(collective: .allGather, type: .float, parts: parts)
    let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: buffer, count: parts.count))
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: signature, bytes: bytes))
  }

  /// Copies between the ranks' threads; every rank must call.
  ///
  /// Throws `CommunicationError.mismatch` on all ranks if one sends another more or less than that receives.
  package func exchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    into received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) throws {
    checkExchange(sent, sentParts, received, receivedParts)
    var call = CollectiveCall(signature: .init(collective: .exchange, type: .float))
    call.bytes = UnsafeMutableRawBufferPointer(
      mutating: UnsafeRawBufferPointer(UnsafeBufferPointer(start: sent, count: sentParts.count)))
    call.received = UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(start: received, count: receivedParts.count))
    call.sentParts = sentParts
    call.receivedParts = receivedParts
    try rendezvous.meet(rank: rank, call: call)
  }

  /// A group of its own, whose ranks still learn of ranks that leave or abort; every rank must call.
  package func split(color: Int, key: Int) throws -> any Communicator {
    precondition(color >= 0, "a color is not negative")
    var call = CollectiveCall(signature: .init(collective: .split))
    call.color = color
    call.key = key
    guard case .part(let part, let place) = try rendezvous.meet(rank: rank, call: call) else {
      preconditionFailure("a split puts every rank into a part")
    }
    world.job.register(part)
    return ThreadedCommunicator(rank: place, rendezvous: part, world: world)
  }

  /// Memory of this process; every rank must call.
  ///
  /// Throws `CommunicationError.notOnOneNode` if the group spans simulated nodes, and `.noSharedMemory`.
  package func allocateShared(byteCount: Int) throws -> SharedMemory {
    precondition(byteCount >= 0, "a length is not negative")
    try checkOneNode()
    let signature = CollectiveCall.Signature(collective: .allocateShared, length: byteCount)
    let delivery = try rendezvous.meet(rank: rank, call: CollectiveCall(signature: signature))
    guard case .memory(let memory) = delivery else {
      preconditionFailure("an allocation gives memory to every rank")
    }
    return SharedMemory(try memory.get()) { [rendezvous, rank] in
      try rendezvous.meet(rank: rank, call: CollectiveCall(signature: .init(collective: .freeShared)))
    }
  }

  /// Waits for all ranks; every rank must call.
  package func synchronize() throws {
    try rendezvous.meet(rank: rank, call: CollectiveCall(signature: .init(collective: .synchronize)))
  }

  /// Makes the calls of all other ranks, in whatever group, throw `CommunicationError.aborted`, as does
  /// `InProcessWorld.run`.
  ///
  /// A thread cannot be ended from within, so this one sleeps for the rest of the process's life. Where the ranks are the
  /// whole program, the process ends with the code.
  package func abort(code: Int32) -> Never {
    if world.isProgram {
      // No exit handlers: they might wait for what went wrong.
      fflush(nil)
      _exit(code)
    }
    world.job.abort(world.rank, code: code)
    world.onAbort(code)
    while true { Thread.sleep(forTimeInterval: 3600) }
  }

  /// Waits for all ranks, where these are the whole program.
  package func finalize() throws { if world.isProgram { try barrier() } }

  /// Ends the program, for all ranks, on the first; the others wait for that.
  package func exit(code: Int32) -> Never {
    if world.rank == 0 { Foundation.exit(code) }
    while true { Thread.sleep(forTimeInterval: 3600) }
  }
}
