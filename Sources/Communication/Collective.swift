/// The kinds of collective call.
package enum Collective: String, Sendable, CaseIterable {
  /// `Communicator.allReduce`.
  case allReduce
  /// `Communicator.broadcast`.
  case broadcast
  /// `Communicator.barrier`.
  case barrier
  /// `Communicator.gather`.
  case gather
  /// `Communicator.gatherVariable`.
  case gatherVariable
  /// `Communicator.allGather`.
  case allGather
  /// `Communicator.exchange`.
  case exchange
  /// `Communicator.split`.
  case split
  /// `Communicator.allocateShared`.
  case allocateShared
  /// `SharedMemory.free`.
  case freeShared
  /// `Communicator.synchronize`.
  case synchronize
}
