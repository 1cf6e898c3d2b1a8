/// Chooses the communicator a process runs with.
package enum Communicators {
  /// A `LocalCommunicator` if no launcher started this process, else MPI; every rank must call, once.
  ///
  /// Install `SignalFlags` before. Throws `CommunicationError.singleRankUnderLauncher` where the launcher
  /// promises several ranks and MPI sees one, since as many independent jobs would write into one
  /// directory; and what `MPICommunicator.start` throws.
  package static func start(
    environment: [String: String], threadLevel: ThreadLevel = .serialized
  ) throws -> any Communicator {
    let launch = LaunchEnvironment(environment)
    guard launch.launcher != nil else { return LocalCommunicator() }
    let communicator = try MPICommunicator.start(threadLevel: threadLevel)
    do {
      try launch.verify(actualSize: communicator.size, library: MPICommunicator.libraryVersion)
    } catch {
      // Alone in its group, so nobody is waiting: MPI can be ended in good order.
      try? communicator.finalize()
      throw error
    }
    return communicator
  }
}
