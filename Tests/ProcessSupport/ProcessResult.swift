/// How a process ended and what it wrote.
public struct ProcessResult: Sendable, CustomStringConvertible {
  /// How a process ended.
  public enum Ending: Sendable, Equatable, CustomStringConvertible {
    /// By itself, with an exit code.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)
    /// It was still running when its time was over, and was killed.
    case timedOut(seconds: Double)

    /// For messages and snapshots.
    public var description: String {
      switch self {
      case .exited(let code): "exit code \(code)"
      case .signaled(let number): "ended by signal \(number)"
      case .timedOut(let seconds): "killed: still running after \(seconds) s"
      }
    }
  }

  /// How it ended.
  public let ending: Ending
  /// Everything it wrote to standard output.
  public let output: String
  /// Everything it wrote to standard error.
  public let errorOutput: String
  /// Seconds from its start to its end.
  public let seconds: Double

  /// All that is known, for the failure of an expectation.
  public var description: String {
    "\(ending) after \(seconds) s\n--- standard output\n\(output)\n--- standard error\n\(errorOutput)"
  }
}
