/// Memory that all ranks of a group on one node read and write, from `Communicator.allocateShared`.
///
/// Each rank may see it at another address. It is given back by `free`, which every rank must call, or, under
/// MPI, by the job's `finalize`; letting go of this object does not give it back there, since MPI frees
/// shared memory collectively. One thread of a rank uses this object at a time.
package final class SharedMemory: @unchecked Sendable {
  /// The memory, aligned to a page; empty after it was freed.
  package private(set) var bytes: UnsafeMutableRawBufferPointer
  private var release: (() throws -> Void)?

  /// Memory that `release` gives back.
  init(_ bytes: UnsafeMutableRawBufferPointer, release: @escaping () throws -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// Memory that is given back when the last rank has let go of it, after `meet`.
  convenience init(_ memory: PageMemory, meet: @escaping () throws -> Void = {}) {
    self.init(memory.bytes) {
      try meet()
      withExtendedLifetime(memory) {}
    }
  }

  /// Whether the memory was given back.
  var isFreed: Bool { release == nil }

  /// Gives the memory back; every rank of the group must call, and none uses it afterwards.
  ///
  /// A second call does nothing.
  package func free() throws {
    guard let release else { return }
    self.release = nil
    bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    try release()
  }
}
