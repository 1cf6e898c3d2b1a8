import Foundation

/// The three descriptors that a process is started with.
package enum StandardStreams {
  /// Makes them safe to use, before anything else is opened.
  ///
  /// One that is closed leads to /dev/null from here on: the next file to be opened would get its number, and what is
  /// printed. A write that cannot be made fails, and no signal ends the process.
  package static func prepare() {
    // A limit on the size of files is told by the write as well.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    for descriptor in STDIN_FILENO...STDERR_FILENO
    where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // Those below are open, so this gets the number that is free.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Writes a line to standard error, if somebody reads it. In one call, so that lines of several ranks do not mix.
  package static func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
