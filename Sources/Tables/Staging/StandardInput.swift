import AtomicFile
import Foundation

/// Data that come by standard input: a table of any format, whole.
package enum StandardInput {
  /// What it is called as a path.
  package static let name = "-"

  /// Calls `body` with `path` or, for standard input, a file with what came by it, which is removed afterwards. It lies in
  /// `directory` (empty: that for temporary files).
  static func with<Result>(_ path: String, directory: String, _ body: (String) throws -> Result) throws
    -> Result
  {
    guard path == name else { return try body(path) }
    let place = directory.isEmpty ? NSTemporaryDirectory() : directory
    return try TableStaging.inDirectory(place) {
      let spooled = try spool(in: place).path
      defer { unlink(spooled) }
      return try body(spooled)
    }
  }

  /// Reads standard input into the cache, in the form to train from, and returns the path there, which its content and the
  /// options give.
  ///
  /// Throws what reading the table throws, `DataError.standardInput`, and `FileError`.
  package static func stage(options: TableOptions) throws -> String {
    try TableStaging.inDirectory(options.cache) {
      let (spooled, hash) = try spool(in: options.cache)
      defer { unlink(spooled) }
      let paths = [DataPath(spooled)]
      let key = ContentHash.text(of: hash + (try options.contentText())).prefix(12)
      let place = "\(options.cache)/stdin-\(key)"
      if try TableReaders.openingReader(paths, options: options) != nil {
        guard rename(spooled, place) == 0 else {
          throw FileError("give standard input the name", path: place)
        }
        return place
      }
      _ = try TableStaging.stage(
        "standard input", paths, options: options, to: place + ".npy", sidecar: place + ".json")
      return place + ".npy"
    }
  }

  /// Copies standard input to a file in `directory`; returns its path and the SHA-256 of its bytes.
  private static func spool(in directory: String) throws -> (path: String, hash: String) {
    guard isatty(STDIN_FILENO) == 0 else {
      throw DataError.standardInput(problem: "is a terminal; pipe a table into it")
    }
    let path = "\(directory)/stdin-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
    var hash = ContentHash()
    var count = 0
    try AtomicFile.write(to: path) { file in
      try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
        while true {
          let found = read(STDIN_FILENO, buffer.baseAddress!, buffer.count)
          if found < 0, errno == EINTR { continue }
          guard found >= 0 else {
            throw DataError.standardInput(problem: "cannot be read: \(systemMessage())")
          }
          if found == 0 { break }
          let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<found])
          hash.update(bytes)
          try file.append(bytes)
          count += found
        }
      }
      guard count > 0 else { throw DataError.standardInput(problem: "brings nothing; pipe a table into it") }
    }
    return (path, hash.text)
  }
}
