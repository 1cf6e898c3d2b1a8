import Foundation

/// Standard output, whose reader may have had enough: then `ClosedOutput` is thrown.
package final class StandardOutput: ByteOutput {
  /// What messages call it.
  package static let name = "standard output"

  package init() {}

  /// Writes a line. Throws `FileError` or `ClosedOutput`.
  package static func print(_ line: String) throws { try StandardOutput().append(line + "\n") }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = retried { Foundation.write(STDOUT_FILENO, rest.baseAddress, rest.count) }
      if written < 0, errno == EPIPE { throw ClosedOutput() }
      if written < 0, errno == EAGAIN {
        // Whoever shares the other end has asked not to wait.
        var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = poll(&descriptor, 1, -1)
        continue
      }
      guard written > 0 else {
        throw FileError("write to", path: Self.name, code: written == 0 ? ENOSPC : errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  package func overwriteStart(_ bytes: UnsafeRawBufferPointer) throws {
    throw FileError("go back in", path: Self.name, code: ESPIPE)
  }

  package func commit() {}
}

/// Nobody reads standard output any more, as after `| head`: nothing is wrong, and nothing is left to do.
package struct ClosedOutput: Error {
  package init() {}
}
