import Foundation
import ProcessSupport
import Tables
import Testing

/// A way to end a job before it is done.
struct Cut: Sendable, CustomTestStringConvertible {
  /// Who is sent the signal.
  enum Target: Sendable {
    /// What was started: mpirun, or `cae` itself where there is no mpirun.
    case launcher
    /// One rank.
    case rank(Int)
    /// Every rank, as a scheduler does that ends a step.
    case allRanks
  }

  let text: String
  /// The number of ranks; nil for a plain process.
  let ranks: Int?
  /// Workers of a plain process, where that is said.
  var workers: Int?
  let signal: Int32
  let target: Target
  /// How the started program ends.
  let ending: ProcessResult.Ending
  /// Whether the state of the last step is saved; otherwise that of the last checkpoint has to do.
  var isSaved = true
  /// How often the run is cut before it may end.
  var times = 1

  var testDescription: String { text }

  /// Sends the signal to a job that trains in the run directory `run`.
  func apply(to job: ChildProcess, run: String) {
    guard let ranks else { return job.send(signal) }
    switch target {
    case .launcher: job.send(signal)
    case .rank(let rank):
      for process in Self.processes(ofRank: rank, run: run) { kill(process, signal) }
    case .allRanks:
      for rank in 0..<ranks {
        for process in Self.processes(ofRank: rank, run: run) { kill(process, signal) }
      }
    }
  }

  private static func processes(ofRank rank: Int, run: String) -> [pid_t] {
    RunningProcesses.mentioning(run).filter {
      RunningProcesses.variable(Launcher.isMPICH ? "PMI_RANK" : "OMPI_COMM_WORLD_RANK", of: $0) == "\(rank)"
    }
  }
}
