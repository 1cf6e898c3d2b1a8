import Foundation

/// A fixed group of ranks, `0 ..< size`, that run the same program and exchange data.
///
/// Collective calls (`allReduce`, `broadcast`, `barrier`, `gather`, `gatherVariable`, `allGather`, `exchange`,
/// `split`, `allocateShared`, `synchronize`, `finalize` and all that is built on them) must be made by EVERY
/// rank, in the same order, with the same operation, type, length and root; where ranks pass different
/// lengths, the call says which must match. They block until the other ranks take part. One thread of a rank calls at a time. `rank`, `size`, `nodeRank`, `nodeSize`, `nodeLeader`,
/// `hostName`, `time` and `abort` concern the calling rank alone. After a collective has thrown, the group is
/// of no further use: report, then `abort`. `allocateShared` alone leaves it usable, where it says so.
///
/// A group can be split into smaller ones, which number their own ranks and nodes' ranks from 0. Errors name
/// a rank that left or aborted by its number in the whole job.
package protocol Communicator: AnyObject, Sendable {
  /// This rank's number, in `0 ..< size`.
  var rank: Int { get }
  /// The number of ranks.
  var size: Int { get }
  /// This rank's number among the ranks of its node, in `0 ..< nodeSize`.
  var nodeRank: Int { get }
  /// How many ranks run on this rank's node.
  var nodeSize: Int { get }
  /// The lowest rank of this rank's node, which stands for the node.
  var nodeLeader: Int { get }
  /// The name of this rank's node.
  var hostName: String { get }
  /// Seconds since a fixed moment in the past, of this rank's own clock.
  var time: Double { get }

  /// Replaces each element, on every rank, by its sum, maximum or minimum over all ranks.
  ///
  /// Every rank must call, with the same length; the results are equal bit by bit on all ranks of one call.
  func allReduce<T: Reducible>(_ buffer: UnsafeMutableBufferPointer<T>, _ operation: ReduceOperation) throws

  /// Copies the bytes of rank `root` into every other rank's buffer.
  ///
  /// Every rank must call, with the same length and root.
  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, root: Int) throws

  /// Returns when every rank has called.
  func barrier() throws

  /// Copies equally long byte sequences into `received` at rank `root`, in rank order.
  ///
  /// Every rank must call, with the same length and root. `received` must have `size * bytes.count` bytes
  /// at the root and is ignored on the others, where it may be empty.
  func gather(_ bytes: UnsafeRawBufferPointer, into received: UnsafeMutableRawBufferPointer, root: Int) throws

  /// Collects byte sequences of any lengths at rank `root`: one array a rank, in rank order; nil elsewhere.
  ///
  /// Every rank must call, with the same root.
  func gatherVariable(_ bytes: UnsafeRawBufferPointer, root: Int) throws -> [[UInt8]]?

  /// Gives every rank the parts of all: each has its own part in place, the others are filled in.
  ///
  /// Every rank must call, with the same lengths, one a rank. `buffer` has `parts.count` elements, and
  /// `parts[rank]` is where this rank's own are. For calls in every step: a group of one and MPI groups take
  /// no memory here; what the MPI library does is its own.
  func allGather(_ buffer: UnsafeMutablePointer<Float>, _ parts: PartLengths) throws

  /// Sends a part to each rank and receives one from each: rank i's part j becomes rank j's part i.
  ///
  /// Every rank must call. What rank i sends to rank j must be as long as what j expects of i; it may be
  /// empty, and a rank's part to itself is copied. Ranks in one process find out lengths that differ and throw
  /// `CommunicationError.mismatch`; an MPI library need not, and may then throw, wait for ever, or leave a
  /// part as it was. `sent` has `sentParts.count` elements and `received` `receivedParts.count`; the two do
  /// not overlap. For calls in every step: a group of one and MPI groups take no memory here; what the MPI
  /// library does is its own.
  func exchange(
    _ sent: UnsafePointer<Float>, _ sentParts: PartLengths,
    into received: UnsafeMutablePointer<Float>, _ receivedParts: PartLengths
  ) throws

  /// The group of those ranks that pass the same `color`, numbered by ascending `key`, then rank.
  ///
  /// Every rank must call. Colors are not negative, and both fit 32 bits.
  func split(color: Int, key: Int) throws -> any Communicator

  /// Memory, filled with zeros and aligned to a page, that all ranks of the group read and write.
  ///
  /// Every rank must call, with the same length; all must run on one node. Throws
  /// `CommunicationError.notOnOneNode`, `.noSharedMemory` or `.sharingRefused`, on all ranks alike, and the
  /// group remains usable; it does not know what the groups of other nodes are told. What a rank writes is
  /// seen by the others after the next `synchronize`.
  func allocateShared(byteCount: Int) throws -> SharedMemory

  /// Returns when every rank has called; what any of them wrote into shared memory before is then seen by
  /// all.
  func synchronize() throws

  /// Ends all ranks of the job, in this group or not, with the exit code `code`; a call on one rank suffices.
  func abort(code: Int32) -> Never

  /// Leaves the group in good order, after the last collective call; for the group of all ranks this ends
  /// the job, and with it the groups that were split off.
  ///
  /// Every rank must call; none on an error path, where `abort` belongs.
  func finalize() throws

  /// Ends this rank in good order, after `finalize`; does not return.
  func exit(code: Int32) -> Never
}

extension Communicator {
  /// Ends the process.
  package func exit(code: Int32) -> Never { Foundation.exit(code) }
}
