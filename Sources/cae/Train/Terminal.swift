import Communication
import Foundation

/// Whether a person watches standard output, and how much room there is.
enum Terminal {
  /// Under a launcher this process's output is always a pipe or pseudo-terminal of the launcher's, so what
  /// counts is where the launcher writes to.
  static var isInteractive: Bool {
    // A dumb terminal cannot go back on a line.
    guard isatty(STDOUT_FILENO) != 0, ProcessInfo.processInfo.environment["TERM"] != "dumb" else {
      return false
    }
    return !isLaunched || launcherTerminal != nil
  }

  /// Characters that fit on a line; 80 where the terminal does not say.
  static var columns: Int {
    var size = winsize()
    if isLaunched {
      guard let path = launcherTerminal else { return 80 }
      let descriptor = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
      guard descriptor >= 0 else { return 80 }
      defer { close(descriptor) }
      _ = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    } else {
      _ = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    }
    return size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private static let isLaunched = LaunchEnvironment(ProcessInfo.processInfo.environment).launcher != nil

  private static var launcherTerminal: String? {
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(getppid())/fd/1")
    return target.flatMap { $0.hasPrefix("/dev/pts/") || $0.hasPrefix("/dev/tty") ? $0 : nil }
  }
}
