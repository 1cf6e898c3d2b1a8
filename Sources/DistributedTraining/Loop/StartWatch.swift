import AtomicFile
import Communication
import Foundation
import Synchronization

/// Ends a process whose job does not come together: a rank that is stopped before it has joined keeps all others waiting, and
/// no `Watchdog` stands yet.
package enum StartWatch {
  /// The variable with the seconds that a start may take; 0 switches the watch off.
  package static let variable = "CAE_START_TIMEOUT"

  private static let isOver = Atomic(false)

  /// Starts watching a rank of `launch`, until `end`.
  ///
  /// Throws `SystemThread.Refusal`, and `CommunicationError.variable` for a value that is no number of seconds.
  package static func begin(_ launch: LaunchEnvironment, environment: [String: String]) throws {
    let text = environment[variable]
    guard let limit = text.map(Double.init) ?? Watchdog.startLimit, limit >= 0 else {
      throw CommunicationError.variable(name: variable, value: text ?? "", expected: "a number of seconds")
    }
    guard launch.launcher != nil, limit > 0 else { return }
    let interval = min(0.25, limit / 4)
    try SystemThread.start {
      // Slept and not elapsed: time in which this process was stopped itself does not count.
      var waited = 0.0
      while waited < limit {
        Thread.sleep(forTimeInterval: interval)
        waited += interval
        if isOver.load(ordering: .relaxed) { return }
      }
      StandardStreams.printError(
        "cae: error: rank \(launch.promisedRank): the ranks have not come together for \(Int(limit)) s: one is stopped, or its "
          + "node cannot be reached. Nothing was begun; \(variable) says how many seconds it may take")
      _exit(Watchdog.exitCode)
    }
  }

  /// The ranks have come together, or a `Watchdog` stands.
  package static func end() { isOver.store(true, ordering: .relaxed) }
}
