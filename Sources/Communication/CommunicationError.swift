import Foundation

/// What can go wrong between ranks, apart from the MPI library's own errors (`MPIError`).
package enum CommunicationError: Error, Sendable, Equatable {
  /// The launcher started several ranks, but the MPI library sees one.
  case singleRankUnderLauncher(promised: Int, variable: String, library: String)
  /// The MPI library cannot be called the way this program calls it.
  case threadLevel(requested: ThreadLevel, provided: ThreadLevel, library: String)
  /// MPI had been started, or ended, before.
  case alreadyStarted
  /// The root of a collective is no rank.
  case rootOutOfRange(root: Int, size: Int)
  /// The ranks called different collectives, or the same with different arguments; one text a rank.
  case mismatch(calls: [String])
  /// A rank ended while others waited for it.
  case rankLeft(rank: Int, cause: String?)
  /// Ranks did not come to a collective in time.
  case timedOut(seconds: Double, waitingIn: String, missing: [Int])
  /// A rank aborted all.
  case aborted(rank: Int, code: Int32)
  /// Memory was to be shared by ranks of several nodes.
  case notOnOneNode(ranks: Int, onThisNode: Int)
  /// Too little memory where shared memory is kept, in bytes.
  case noSharedMemory(bytes: Int, available: Int, place: String)
  /// The MPI library does not share memory, for the reason that a rank was given.
  case sharingRefused(rank: Int, reason: String)
  /// Files may not become large enough for what an MPI library keeps in them, in bytes.
  case fileSizeLimit(bytes: UInt64, needed: UInt64)
  /// The handlers of signals could not be installed.
  case signalHandlers(code: Int32)
  /// The program could not start itself anew.
  case restart(code: Int32)
  /// A variable of the environment has a value that it cannot have.
  case variable(name: String, value: String, expected: String)
}

extension CommunicationError: CustomStringConvertible {
  /// What went wrong, where, and what to do.
  package var description: String {
    switch self {
    case .singleRankUnderLauncher(let promised, let variable, let library):
      """
      The launcher promises \(promised) ranks (\(variable)=\(promised)), but this program's MPI library sees \
      only 1: the launcher belongs to another MPI library than the one linked (\(library)), so that \
      \(promised) independent jobs would write into one directory. Compare `mpirun --version` with what \
      `ldd` on this program shows for libmpi, and start it with that library's own mpirun; \
      or unset \(variable) to run a single rank.
      """
    case .threadLevel(let requested, let provided, let library):
      """
      The MPI library (\(library)) provides thread level \(provided.rawValue), but \(requested.rawValue) is \
      needed: use a build of the library with thread support.
      """
    case .alreadyStarted:
      "MPI was started before in this process; it can be started only once."
    case .rootOutOfRange(let root, let size):
      "Root \(root) of a collective is not one of the ranks 0 to \(size - 1)."
    case .mismatch(let calls):
      "The ranks do not make the same collective call: "
        + calls.enumerated().map { "rank \($0.offset): \($0.element)" }.joined(separator: "; ") + "."
    case .rankLeft(let rank, let cause):
      "Rank \(rank) ended while other ranks waited for it" + (cause.map { ": \($0)" } ?? ".")
    case .timedOut(let seconds, let call, let missing):
      """
      Waited \(seconds) s in \(call) for \(missing.count == 1 ? "rank" : "ranks") \
      \(RankList(missing)).
      """
    case .aborted(let rank, let code):
      "Rank \(rank) aborted all ranks with code \(code)."
    case .notOnOneNode(let ranks, let onThisNode):
      """
      \(ranks) ranks were to share memory, but only \(onThisNode) of them run on this rank's node: only \
      ranks of one node can share memory.
      """
    case .noSharedMemory(let bytes, let available, let place):
      """
      The ranks of a node need \(bytes) bytes of shared memory, but \(place) has \(available) free\
      \(available == 0 ? ", or takes no files" : ""). Make it larger (in a container: --shm-size; on a \
      machine: mount -o remount,size=... \(place)), remove what ended jobs left there, or let Open MPI keep \
      it elsewhere (mpirun --mca osc_sm_backing_directory DIR, a local directory).
      """
    case .sharingRefused(let rank, let reason):
      """
      The MPI library does not let the ranks of a node share memory (rank \(rank): \(reason)). With Open \
      MPI, the component sm of osc must not be excluded (mpirun --mca osc ...).
      """
    case .fileSizeLimit(let bytes, let needed):
      """
      Files may have \(bytes) bytes at most, and the MPI library keeps what ranks share in files of up to \(needed), \
      for which the ranks would wait for ever: raise the limit (ulimit -f unlimited).
      """
    case .variable(let name, let value, let expected):
      "\(name)='\(value)' in the environment is not \(expected)."
    case .restart(let code):
      "The program cannot start itself anew for several workers (\(String(cString: strerror(code)))): set "
        + "OPENBLAS_NUM_THREADS=1 and give --workers, or use mpirun."
    case .signalHandlers(let code):
      "The signal handlers could not be installed (errno \(code))."
    }
  }
}
