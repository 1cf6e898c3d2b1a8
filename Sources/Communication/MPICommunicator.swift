import CMPI
import Foundation

/// All ranks of an MPI job, or a part of them.
///
/// One process has one of all ranks, from `start` to `finalize`.
package final class MPICommunicator: Communicator {
  /// This rank's number.
  package let rank: Int
  /// The number of ranks.
  package let size: Int
  /// This rank's number among those that share its node's memory.
  package let nodeRank: Int
  /// How many ranks share this node's memory.
  package let nodeSize: Int
  /// The first rank of those that share this node's memory.
  package let nodeLeader: Int
  /// The processor name that MPI reports.
  package let hostName: String

  // MPI's handle: calls are serialised by the caller, as the protocol demands, at the thread level that
  // `start` has made sure of.
  nonisolated(unsafe) let group: OpaquePointer
  // Made with the group's first shared memory. Guarded like the handle.
  nonisolated(unsafe) var nodeBarrier: OpaquePointer?
  nonisolated(unsafe) var nodeBarrierMemory: SharedMemory?
  let job: MPIJob

  private init(_ group: OpaquePointer, job: MPIJob) throws {
    self.group = group
    self.job = job
    let (rank, size) = try Self.place(in: group, rank: nil)
    var node: OpaquePointer?
    try Self.check(cmpi_split_node(group, &node), "MPI_Comm_split_type", rank: rank)
    guard let node else { preconditionFailure("a communicator comes with success") }
    let (nodeRank, nodeSize) = try Self.place(in: node, rank: rank)
    var leader = Int64(rank)
    try Self.check(cmpi_allreduce(node, &leader, 1, CMPI_INT64, CMPI_MIN), "MPI_Allreduce", rank: rank)
    try Self.check(cmpi_free(node), "MPI_Comm_free", rank: rank)
    self.rank = rank
    self.size = size
    self.nodeRank = nodeRank
    self.nodeSize = nodeSize
    nodeLeader = Int(leader)
    hostName = withCString { cmpi_processor_name($0, $1) }
  }

  /// Starts MPI and joins all ranks of the job; every rank must call, once.
  ///
  /// Throws `CommunicationError.alreadyStarted`, `.threadLevel`, or `MPIError`.
  package static func start(threadLevel: ThreadLevel = .serialized) throws -> MPICommunicator {
    var started: Int32 = 0
    try check(cmpi_initialized(&started), "MPI_Initialized", rank: nil)
    guard started == 0 else { throw CommunicationError.alreadyStarted }
    try checkFileSize()
    var provided = CMPI_THREAD_SINGLE
    try check(cmpi_init(threadLevel.cLevel, &provided), "MPI_Init_thread", rank: nil)
    guard ThreadLevel(provided) >= threadLevel else {
      throw CommunicationError.threadLevel(
        requested: threadLevel, provided: ThreadLevel(provided), library: libraryVersion)
    }
    var world: OpaquePointer?
    try check(cmpi_world(&world), "MPI_Comm_dup", rank: nil)
    guard let world else { preconditionFailure("a communicator comes with success") }
    return try MPICommunicator(world, job: MPIJob(world: world))
  }

  /// What Open MPI's segments of a rank take, and some more.
  private static let largestSegment: UInt64 = 8_000_000

  /// Open MPI does not look whether its segments can be made: ranks wait for each other's.
  private static func checkFileSize() throws {
    var limit = rlimit()
    guard getrlimit(fileSizeLimit, &limit) == 0, limit.rlim_cur < largestSegment else { return }
    throw CommunicationError.fileSizeLimit(bytes: UInt64(limit.rlim_cur), needed: largestSegment)
  }

  #if canImport(Glibc)
    private static let fileSizeLimit = __rlimit_resource_t(1)
  #else
    private static let fileSizeLimit = RLIMIT_FSIZE
  #endif

  /// The MPI library's name and version, in one line.
  package static var libraryVersion: String {
    let text = withCString { cmpi_library_version($0, $1) }
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    // Open MPI puts its name, package, identifier and date into one line; the first two say enough.
    return line.split(separator: ",").prefix(2).joined(separator: ",")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func place(in group: OpaquePointer, rank: Int?) throws -> (rank: Int, size: Int) {
    var number: Int32 = 0
    var count: Int32 = 0
    try check(cmpi_rank(group, &number), "MPI_Comm_rank", rank: rank)
    try check(cmpi_size(group, &count), "MPI_Comm_size", rank: rank)
    return (Int(number), Int(count))
  }

  private static func check(_ code: Int32, _ function: String, rank: Int?) throws {
    if code != 0 { throw MPIError(function: function, code: code, rank: rank) }
  }

  func check(_ code: Int32, _ function: String) throws {
    try Self.check(code, function, rank: rank)
  }

  /// `MPI_Wtime`, in seconds.
  package var time: Double { cmpi_wtime() }

  /// `MPI_Allreduce` in place; every rank must call.
  package func allReduce<T: Reducible>(
    _ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation
  ) throws {
    let code = cmpi_allreduce(
      group, buffer.baseAddress, UInt64(buffer.count), T.reducibleType.cType, operation.cOperation)
    try check(code, "MPI_Allreduce")
  }

  /// `MPI_Bcast`; every rank must call.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws {
    try checkRoot(root)
    try check(cmpi_broadcast(group, bytes.baseAddress, UInt64(bytes.count), Int32(root)), "MPI_Bcast")
  }

  /// `MPI_Barrier`; every rank must call.
  package func barrier() throws {
    try check(cmpi_barrier(group), "MPI_Barrier")
  }

  /// `MPI_Gather`; every rank must call.
  package func gather(
    _ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int
  ) throws {
    try checkRoot(root)
    precondition(
      rank != root || received.count == size * bytes.count,
      "the receiving buffer must hold size * length bytes")
    let code = cmpi_gather(
      group, bytes.baseAddress, UInt64(bytes.count), received.baseAddress, Int32(root))
    try check(code, "MPI_Gather")
  }

  /// `MPI_Allgather` of the lengths, then `MPI_Gatherv`; every rank must call.
  package func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]? {
    try checkRoot(root)
    var lengths = [UInt64](repeating: 0, count: size)
    try check(cmpi_allgather_length(group, UInt64(bytes.count), &lengths), "MPI_Allgather")
    var received = [UInt8](repeating: 0, count: rank == root ? Int(lengths.reduce(0, +)) : 0)
    let code = received.withUnsafeMutableBytes {
      cmpi_gatherv(group, bytes.baseAddress, $0.baseAddress, lengths, Int32(root))
    }
    try check(code, "MPI_Gatherv")
    guard rank == root else { return nil }
    var start = 0
    return lengths.map { length in
      defer { start += Int(length) }
      return Array(received[start..<start + Int(length)])
    }
  }

  /// `MPI_Allgatherv` in place; every rank must call.
  package func allGather(_ buffer: UnsafeMutablePointer<Float>, _ parts: PartLengths) throws {
    checkParts(parts)
    try check(cmpi_allgatherv(group, buffer, parts.counts, parts.offsets), "MPI_Allgatherv")
  }

  /// `MPI_Alltoallv`; every rank must call.
  package func exchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    into received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) throws {
    checkExchange(sent, sentParts, received, receivedParts)
    let code = cmpi_alltoallv(
      group, sent, sentParts.counts, sentParts.offsets, received, receivedParts.counts,
      receivedParts.offsets)
    try check(code, "MPI_Alltoallv")
  }

  /// `MPI_Comm_split`; every rank must call.
  package func split(color: Int, key: Int) throws -> any Communicator {
    precondition(color >= 0, "a color is not negative")
    guard let color = Int32(exactly: color), let key = Int32(exactly: key) else {
      preconditionFailure("color and key fit 32 bits")
    }
    var part: OpaquePointer?
    try check(cmpi_split(group, color, key, &part), "MPI_Comm_split")
    guard let part else { preconditionFailure("a communicator comes with success") }
    return try MPICommunicator(part, job: job)
  }

  /// `MPI_Abort` on all ranks of the job; the launcher returns `code`, modulo 256.
  package func abort(code: Int32) -> Never {
    fflush(nil)
    cmpi_abort(code)
    _exit(code)
  }

  /// `MPI_Comm_free` of a part; for the group of all ranks, gives all shared memory back and ends MPI with
  /// `MPI_Finalize`. Every rank must call, after its last collective.
  package func finalize() throws {
    try endNodeBarrier()
    if group == job.world {
      try job.freeMemory()
      try check(cmpi_free(group), "MPI_Comm_free")
      try check(cmpi_finalize(), "MPI_Finalize")
    } else {
      try check(cmpi_free(group), "MPI_Comm_free")
    }
  }
}

extension ReducibleType {
  fileprivate var cType: cmpi_type {
    switch self {
    case .float: CMPI_FLOAT
    case .double: CMPI_DOUBLE
    case .int64: CMPI_INT64
    case .uint64: CMPI_UINT64
    }
  }
}

extension ReduceOperation {
  fileprivate var cOperation: cmpi_operation {
    switch self {
    case .sum: CMPI_SUM
    case .max: CMPI_MAX
    case .min: CMPI_MIN
    }
  }
}
