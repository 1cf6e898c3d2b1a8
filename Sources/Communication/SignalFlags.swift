import CSignals

/// The requests to end that have come by signal, as flags that the training loop looks at.
///
/// SIGINT, SIGTERM and SIGHUP (unless it is ignored, as by nohup) ask to end, SIGUSR1 and SIGUSR2 to save and stop. A
/// second of the first three, more than a second after the first and not from the launcher, ends the process at once
/// with exit code 128 + signal.
///
/// Open MPI's mpirun, told to end by SIGINT or SIGTERM, sends every rank SIGTERM 1 s later and SIGKILL
/// another second later (`--mca odls_base_sigkill_timeout S` changes both spans to S); until then
/// collectives work. It forwards SIGUSR1 as it is. MPICH's mpiexec forwards all three and waits.
package enum SignalFlags {
  /// What signals have asked for.
  package struct Pending: OptionSet, Sendable, Hashable {
    /// The flags as bits.
    package let rawValue: UInt32

    /// Flags from bits.
    package init(rawValue: UInt32) {
      self.rawValue = rawValue
    }

    /// SIGINT, SIGTERM or SIGHUP came: end soon.
    package static let terminate = Pending(rawValue: UInt32(CSIGNALS_TERMINATE))
    /// SIGUSR1 or SIGUSR2 came: save and stop, there is time.
    package static let saveAndStop = Pending(rawValue: UInt32(CSIGNALS_SAVE_AND_STOP))
    /// The launcher sent SIGTERM: a peer may have died, and Open MPI's SIGKILL follows, before `finalize`
    /// would return.
    package static let launcherIsEnding = Pending(rawValue: UInt32(CSIGNALS_LAUNCHER_IS_ENDING))
  }

  /// Installs the handlers; call it before MPI is started, on the main thread.
  ///
  /// `launched` says that an MPI launcher is this process's parent
  /// (`LaunchEnvironment(...).launcher != nil`). Throws `CommunicationError.signalHandlers`.
  package static func install(launched: Bool) throws {
    let code = csignals_install(launched ? 1 : 0)
    if code != 0 { throw CommunicationError.signalHandlers(code: code) }
  }

  /// Ends the process with a sentence and code 3, in place of SIGBUS, where a mapped file's pages are gone.
  package static func watchFiles() throws {
    let code = csignals_watch_files()
    if code != 0 { throw CommunicationError.signalHandlers(code: code) }
  }

  /// Holds signals back for the handlers that this process installs once it has started itself anew.
  static func hold() { csignals_hold() }

  /// Puts back the handlers that were there before and forgets what has come.
  package static func restore() throws {
    let code = csignals_restore()
    if code != 0 { throw CommunicationError.signalHandlers(code: code) }
  }

  /// What has been asked for so far; cheap enough for every step.
  package static var pending: Pending { Pending(rawValue: csignals_pending()) }
}
