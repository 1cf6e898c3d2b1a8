import AtomicFile

/// A file of lines, of which there may be many; appears under its name whole.
final class LineFile {
  let path: String
  private let file: AtomicFile
  private var bytes: [UInt8] = []

  /// Throws `FileError`.
  init(_ path: String) throws {
    self.path = path
    file = try AtomicFile(path)
  }

  func append(_ line: String) throws {
    bytes.append(contentsOf: line.utf8)
    bytes.append(lineFeed)
    if bytes.count > 1 << 16 { try flush() }
  }

  func finish() throws {
    try flush()
    try file.commit()
  }

  private func flush() throws {
    try bytes.withUnsafeBytes(file.append)
    bytes.removeAll(keepingCapacity: true)
  }
}
