import CMPI
import Foundation

extension MPICommunicator {
  /// `MPI_Win_allocate_shared`, all of it held by the group's first rank; every rank must call.
  ///
  /// The first call of a group also makes the small memory through which `synchronize` works from then on.
  package func allocateShared(byteCount: Int) throws -> SharedMemory {
    precondition(byteCount >= 0, "a length is not negative")
    try checkOneNode()
    // A group of one needs neither MPI nor room among shared files.
    guard size > 1 else { return SharedMemory(try PageMemory(byteCount: byteCount)) }
    try requireEqual([("bytes of shared memory", "\(byteCount)")])
    if nodeBarrier == nil {
      let memory = try window(byteCount: Int(cmpi_node_barrier_length(Int32(size))))
      nodeBarrier = cmpi_node_barrier_create(group, Int32(rank), Int32(size), memory.bytes.baseAddress)
      precondition(nodeBarrier != nil, "the process is out of memory")
      nodeBarrierMemory = memory
    }
    return try window(byteCount: byteCount)
  }

  /// Gives back what `synchronize` works through; every rank must call.
  func endNodeBarrier() throws {
    cmpi_node_barrier_free(nodeBarrier)
    nodeBarrier = nil
    try nodeBarrierMemory?.free()
    nodeBarrierMemory = nil
  }

  /// Through shared memory where the group has some, else `MPI_Barrier`; every rank must call.
  package func synchronize() throws {
    if let nodeBarrier {
      try check(cmpi_node_barrier_wait(nodeBarrier), "MPI_Iprobe")
    } else {
      try check(cmpi_synchronize(group), "MPI_Barrier")
    }
  }

  private func window(byteCount: Int) throws -> SharedMemory {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    // MPI aligns to less than a page.
    let length = byteCount + page
    try checkRoom(for: length)

    var shared: OpaquePointer?
    var start: UnsafeMutableRawPointer?
    try checkAllowed(cmpi_allocate_shared(group, UInt64(length), &shared, &start))
    guard let shared, let start else { preconditionFailure("memory comes with success") }

    // The ranks' mappings begin at pages, so that the same distance leads to a page everywhere.
    let distance = (page - Int(bitPattern: start) % page) % page
    let distances = try (allReduce(Int64(distance), .min), allReduce(Int64(distance), .max))
    let bytes = UnsafeMutableRawBufferPointer(start: start + distance, count: byteCount)
    let memory = SharedMemory(bytes) { [rank] in
      let code = cmpi_free_shared(shared)
      if code != 0 { throw MPIError(function: "MPI_Win_free", code: code, rank: rank) }
    }
    guard distances.0 == distances.1 else {
      try memory.free()
      throw CommunicationError.sharingRefused(rank: 0, reason: "memory is not mapped in whole pages")
    }
    // Somebody else may have taken the room since.
    let filled = try allReduce(Int64(rank == 0 ? cmpi_fill_zero(start, UInt64(length)) : 0), .max)
    if filled != 0 {
      // What is left is to be told before it is given back.
      let error = try filled == EFAULT ? lackOfRoom(for: length) : notFilled(errno: Int32(filled))
      try memory.free()
      throw error
    }
    job.keep(memory)
    return memory
  }

  private func checkRoom(for length: Int) throws {
    let lacks = rank == 0 && SharedMemoryRoom().available < SharedMemoryRoom.need(length)
    if try allReduce(Int64(lacks ? 1 : 0), .max) != 0 { throw try lackOfRoom(for: length) }
  }

  /// What rank 0 sees, on all ranks.
  private func lackOfRoom(for length: Int) throws -> CommunicationError {
    let room = rank == 0 ? SharedMemoryRoom() : nil
    let available = try allReduce(Int64(room?.available ?? -1), .max)
    let place = try broadcast(room?.place ?? "")
    return .noSharedMemory(
      bytes: SharedMemoryRoom.need(length), available: Int(available), place: place)
  }

  private func notFilled(errno code: Int32) -> CommunicationError {
    .sharingRefused(rank: 0, reason: "no zeros could be written: \(String(cString: strerror(code)))")
  }

  /// Throws the error of the lowest rank that the library refused, on all ranks.
  private func checkAllowed(_ code: Int32) throws {
    let refused = try allReduce(code == 0 ? Int64.max : Int64(rank), .min)
    guard refused != Int64.max else { return }
    let error = MPIError(function: "MPI_Win_allocate_shared", code: code, rank: rank)
    let reason = try broadcast("\(error.function): \(error.text), code \(code)", root: Int(refused))
    throw CommunicationError.sharingRefused(rank: Int(refused), reason: reason)
  }
}
