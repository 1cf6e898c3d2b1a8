import Foundation

/// Standard output, whose reader may have had enough: then `ClosedOutput` is thrown, and no signal ends the process.
package final class StandardOutput: ByteOutput {
  /// What messages call it.
  package static let name = "standard output"

  /// Takes the signal away that would come with the first bytes that nobody reads.
  package init() { signal(SIGPIPE, SIG_IGN) }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = retried { Foundation.write(STDOUT_FILENO, rest.baseAddress, rest.count) }
      if written < 0, errno == EPIPE { throw ClosedOutput() }
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
