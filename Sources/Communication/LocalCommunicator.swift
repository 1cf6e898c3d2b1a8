import Foundation

/// A group of one rank, which needs no MPI: collectives check their arguments and return.
package final class LocalCommunicator: Communicator {
  /// Always 0.
  package let rank = 0
  /// Always 1.
  package let size = 1
  /// Always 0.
  package let nodeRank = 0
  /// Always 1.
  package let nodeSize = 1
  /// Always 0.
  package let nodeLeader = 0
  /// The name of this machine.
  package let hostName = ProcessInfo.processInfo.hostName

  /// A group of the calling process alone.
  package init() {}

  /// Seconds since the machine started, on the monotonic clock.
  package var time: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

  /// Leaves the buffer as it is: a single rank's values are their own sum, maximum and minimum.
  package func allReduce<T: Reducible>(
    _ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation
  ) throws {}

  /// Leaves the bytes as they are; throws if `root` is not 0.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws {
    try checkRoot(root)
  }

  /// Returns at once.
  package func barrier() throws {}

  /// Copies the bytes; throws if `root` is not 0.
  package func gather(
    _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int
  ) throws {
    try checkRoot(root)
    precondition(received.count == bytes.count, "the receiving buffer must hold size * length bytes")
    received.copyMemory(from: bytes)
  }

  /// The bytes, as the only rank's; throws if `root` is not 0.
  package func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]? {
    try checkRoot(root)
    return [Array(bytes)]
  }

  /// Leaves the only rank's part as it is.
  package func allGather(_ buffer: UnsafeMutablePointer<Float>, _ parts: PartLengths) throws {
    checkParts(parts)
  }

  /// Copies the part that the rank sends to itself.
  package func exchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    into received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) throws {
    checkExchange(sent, sentParts, received, receivedParts)
    received.update(from: sent, count: sentParts.count)
  }

  /// This group itself, which cannot be made smaller.
  package func split(color: Int, key: Int) throws -> any Communicator {
    precondition(color >= 0, "a color is not negative")
    return self
  }

  /// Memory of this process; throws `CommunicationError.noSharedMemory`.
  package func allocateShared(byteCount: Int) throws -> SharedMemory {
    SharedMemory(try PageMemory(byteCount: byteCount))
  }

  /// Returns at once.
  package func synchronize() throws {}

  /// Ends the process with the exit code `code`.
  package func abort(code: Int32) -> Never {
    // No exit handlers: they might wait for what went wrong.
    fflush(nil)
    _exit(code)
  }

  /// Does nothing.
  package func finalize() throws {}
}
