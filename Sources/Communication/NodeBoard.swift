import CMPI
import Foundation

/// A page that the ranks of a node show each other what they are doing on, also while they wait in a collective.
///
/// Memory of its own, not the communicator's: it is read until the process ends, after MPI has ended too.
package final class NodeBoard: @unchecked Sendable {
  /// What a rank shows.
  package struct Notice: Equatable, Sendable {
    /// Goes up as long as the rank's process runs; 0 where it is not to be looked at.
    package var pulse = 0
    /// Goes up with what it does.
    package var progress = 0
    /// Steps done.
    package var step = 0
    /// Whether it waits for others.
    package var isWaiting = false
    /// What it does, to complete "while ...".
    package var phase = ""

    package init() {}
  }

  /// The ranks of this node, ascending.
  package let ranks: [Int]
  /// The place of this rank among them.
  package let own: Int
  /// Hosts of the other nodes.
  package let otherHosts: [String]
  private let memory: UnsafeMutableRawPointer

  private static let entrySize = 128
  private static let phaseOffset = 32
  private static let longestPhase = entrySize - phaseOffset

  /// Makes the board of every node; every rank must call. nil, on all ranks, where a node has no room for it, and for
  /// a rank alone.
  package static func make(_ communicator: any Communicator) throws -> NodeBoard? {
    guard communicator.size > 1 else { return nil }
    let length = communicator.nodeSize * entrySize
    let isLeader = communicator.nodeLeader == communicator.rank
    let file = isLeader ? newFile(length: length) : -1
    defer { if file >= 0 { close(file) } }
    // A file without a name: whenever a rank is killed none is left.
    let path = file >= 0 ? "/proc/\(getpid())/fd/\(file)" : ""
    let mine = "\(communicator.nodeLeader)\t\(path)\t\(communicator.hostName)"
    let gathered = try communicator.gatherStrings(mine)?.joined(separator: "\n") ?? ""
    let places = try communicator.broadcast(gathered).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let leader = communicator.nodeLeader
    let memory = map(places[leader][1], length: length)
    let ranks = places.indices.filter { places[$0][0] == "\(leader)" }
    let others = Set(places.indices.filter { places[$0][0] != "\(leader)" }.map { places[$0][2] })
    let board = memory.map {
      NodeBoard(
        $0, ranks: ranks, own: ranks.firstIndex(of: communicator.rank) ?? 0, otherHosts: others.sorted())
    }
    var first = Notice()
    (first.pulse, first.phase) = (1, "starting")
    board?.post(first)
    let isWhole = try communicator.allReduce(Int64(board == nil ? 0 : 1), .min) == 1
    return isWhole ? board : nil
  }

  private init(_ memory: UnsafeMutableRawPointer, ranks: [Int], own: Int, otherHosts: [String]) {
    (self.memory, self.ranks, self.own, self.otherHosts) = (memory, ranks, own, otherHosts)
  }

  deinit { munmap(memory, ranks.count * Self.entrySize) }

  /// Shows what this rank does.
  package func post(_ notice: Notice) {
    let entry = memory + own * Self.entrySize
    var phase = [UInt8](notice.phase.utf8.prefix(Self.longestPhase - 1))
    phase.append(0)
    (entry + Self.phaseOffset).copyMemory(from: phase, byteCount: phase.count)
    entry.storeBytes(of: notice.step, toByteOffset: 8, as: Int.self)
    entry.storeBytes(of: notice.isWaiting ? 1 : 0, toByteOffset: 16, as: Int.self)
    entry.storeBytes(of: notice.progress, toByteOffset: 24, as: Int.self)
    entry.storeBytes(of: notice.pulse, as: Int.self)
  }

  /// What a rank shows, by its place in `ranks`.
  package func notice(at place: Int) -> Notice {
    let entry = memory + place * Self.entrySize
    var notice = Notice()
    notice.pulse = entry.load(as: Int.self)
    notice.step = entry.load(fromByteOffset: 8, as: Int.self)
    notice.isWaiting = entry.load(fromByteOffset: 16, as: Int.self) != 0
    notice.progress = entry.load(fromByteOffset: 24, as: Int.self)
    let phase = UnsafeRawBufferPointer(start: entry + Self.phaseOffset, count: Self.longestPhase)
    notice.phase = String(decoding: phase.prefix { $0 != 0 }, as: UTF8.self)
    return notice
  }

  /// A new file of zeros in memory; -1 if there is no room.
  private static func newFile(length: Int) -> Int32 {
    let file = cmpi_unnamed_file()
    guard file >= 0 else { return -1 }
    // Written, not only lengthened: a page that is not there when it is stored to ends the process.
    let zeros = [UInt8](repeating: 0, count: length)
    if write(file, zeros, length) == length { return file }
    close(file)
    return -1
  }

  private static func map(_ path: String, length: Int) -> UnsafeMutableRawPointer? {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let start = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    return start == MAP_FAILED ? nil : start
  }
}
