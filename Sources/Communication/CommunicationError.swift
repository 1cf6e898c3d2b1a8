/// What can go wrong between ranks, apart from the MPI library's own errors (`MPIError`).
public enum CommunicationError: Error, Sendable, Equatable {
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
  /// The handlers of signals could not be installed.
  case signalHandlers(code: Int32)
}

extension CommunicationError: CustomStringConvertible {
  /// What went wrong, where, and what to do.
  public var description: String {
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
    case .signalHandlers(let code):
      "The signal handlers could not be installed (errno \(code))."
    }
  }
}
