import Communication
import Foundation

/// Whether a person watches standard output.
enum Terminal {
  /// Under a launcher this process's output is always a pipe or pseudo-terminal of the launcher's, so what
  /// counts is where the launcher writes to.
  static var isInteractive: Bool {
    guard isatty(STDOUT_FILENO) != 0 else { return false }
    let launch = LaunchEnvironment(ProcessInfo.processInfo.environment)
    guard launch.launcher != nil else { return true }
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(getppid())/fd/1")
    return target.map { $0.hasPrefix("/dev/pts/") || $0.hasPrefix("/dev/tty") } ?? false
  }
}
