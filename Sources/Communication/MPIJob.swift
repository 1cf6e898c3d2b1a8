/// What the groups of an MPI job have in common.
///
/// Used by one thread at a time, as the communicators are.
final class MPIJob: @unchecked Sendable {
  /// MPI's handle of the group of all ranks.
  let world: OpaquePointer
  private var memories: [SharedMemory] = []

  init(world: OpaquePointer) {
    self.world = world
  }

  /// Keeps shared memory that must be given back before MPI ends.
  func keep(_ memory: SharedMemory) {
    memories.removeAll { $0.isFreed }
    memories.append(memory)
  }

  /// Gives back what was not given back yet.
  ///
  /// In the order in which it was allocated, which is one that all ranks could follow before.
  func freeMemory() throws {
    for memory in memories { try memory.free() }
    memories = []
  }
}
