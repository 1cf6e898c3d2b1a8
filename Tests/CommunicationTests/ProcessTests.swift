import Communication
import Foundation
import Testing

// What ends or changes a process runs in one of its own; Swift Testing can do that from 6.2 on.
#if compiler(>=6.2)
  /// Sends this process a signal and lets it arrive.
  ///
  /// `raise` will not do: dispatch's threads block signals.
  private func send(_ signal: Int32) {
    kill(getpid(), signal)
    usleep(100_000)
  }

  @Suite("Processes of their own")
  struct ProcessTests {
    @Test("A one-rank abort ends the process with its code")
    func localAbort() async {
      await #expect(processExitsWith: .exitCode(7)) { LocalCommunicator().abort(code: 7) }
    }

    @Test("Signals become flags")
    func signals() async {
      await #expect(processExitsWith: .exitCode(42)) {
        try SignalFlags.install(launched: false)
        #expect(SignalFlags.pending.isEmpty)
        send(SIGUSR1)
        #expect(SignalFlags.pending == .saveAndStop)
        send(SIGUSR1)
        send(SIGTERM)
        #expect(SignalFlags.pending == [.saveAndStop, .terminate])
        // Within a second: a launcher's repeat, not the user's.
        send(SIGTERM)
        send(SIGINT)
        #expect(SignalFlags.pending == [.saveAndStop, .terminate])
        try SignalFlags.restore()
        #expect(SignalFlags.pending.isEmpty)
        exit(42)
      }
    }

    @Test("After restore a signal does what it did before")
    func restored() async {
      await #expect(processExitsWith: .signal(SIGTERM)) {
        try SignalFlags.install(launched: false)
        try SignalFlags.restore()
        send(SIGTERM)
      }
    }

    @Test("A second SIGINT or SIGTERM after more than a second ends the process at once")
    func secondSignal() async {
      await #expect(processExitsWith: .exitCode(130)) {
        try SignalFlags.install(launched: false)
        send(SIGTERM)
        usleep(1_200_000)
        send(SIGINT)
      }
      await #expect(processExitsWith: .exitCode(143)) {
        try SignalFlags.install(launched: true)
        send(SIGINT)
        usleep(1_200_000)
        send(SIGTERM)
      }
    }

    @Test("MPI started without a launcher is a group of one, and starts once")
    func singleton() async {
      await #expect(processExitsWith: .exitCode(42)) {
        let communicator = try MPICommunicator.start()
        #expect(communicator.rank == 0 && communicator.size == 1)
        #expect(communicator.nodeRank == 0 && communicator.nodeSize == 1)
        #expect(!communicator.hostName.isEmpty)
        #expect(!MPICommunicator.libraryVersion.isEmpty)
        #expect(try communicator.allReduce(Int64(-3), .sum) == -3)
        #expect(try communicator.broadcast("text") == "text")
        #expect(try communicator.gatherStrings("text") == ["text"])
        #expect(throws: CommunicationError.alreadyStarted) { try MPICommunicator.start() }
        #expect(throws: CommunicationError.rootOutOfRange(root: 1, size: 1)) {
          try communicator.broadcast("text", root: 1)
        }
        try communicator.finalize()
        exit(42)
      }
    }
  }
#else
  @Suite("Processes of their own")
  struct ProcessTests {
    @Test(.disabled("aborts, signals and MPI without a launcher are tested from Swift 6.2 on only"))
    func needsExitTests() { Issue.record("needs Swift 6.2") }
  }
#endif
