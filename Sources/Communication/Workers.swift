import Foundation

/// Ranks that are threads of this process, as many as cores are to work: what a program without a launcher runs on.
///
/// Unlike the threads of `InProcessWorld.run` they wait for each other by looking again and again before they sleep, and for
/// ever: a watch over the whole process ends one that is stuck. The first that aborts ends the process.
package enum Workers {
  /// Runs `body` on each of `count` workers, the first of which is rank 0, and returns when all have returned.
  package static func run(_ count: Int, _ body: @escaping @Sendable (any Communicator) -> Void) {
    _ = InProcessWorld.outcomes(ranks: count, timeout: .infinity, isProgram: true, body)
  }

  /// Sees to it that matrix products of this process take one thread each, where the library decides that as it is loaded:
  /// starts the program anew with `variables` in its environment, unless they are there. Throws
  /// `CommunicationError.restart`.
  ///
  /// OpenBLAS on threads lets one product run at a time if it was loaded for several threads, whatever it is told later.
  package static func ensure(_ variables: [String: String]) throws {
    let environment = ProcessInfo.processInfo.environment
    guard variables.contains(where: { environment[$0] != $1 }) else { return }
    for (name, value) in variables { setenv(name, value, 1) }
    SignalFlags.hold()
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    throw CommunicationError.restart(code: errno)
  }
}
