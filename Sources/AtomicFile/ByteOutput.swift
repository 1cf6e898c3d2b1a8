/// Where bytes go: a file, or standard output.
package protocol ByteOutput: AnyObject {
  /// Appends bytes; every byte is written or an error thrown.
  func append(_ bytes: UnsafeRawBufferPointer) throws
  /// Writes `bytes` over the first that were appended.
  func overwriteStart(_ bytes: UnsafeRawBufferPointer) throws
  /// Makes what was appended last.
  func commit() throws
}

extension AtomicFile: ByteOutput {}

extension ByteOutput {
  /// Appends a text in UTF-8.
  package func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }
}

/// The outputs that `--output` can name.
package enum ByteOutputs {
  /// What stands for standard output.
  package static let standard = "-"

  /// Standard output for `-`, else a file that appears whole at `path`. Throws `FileError`.
  package static func open(_ path: String) throws -> any ByteOutput {
    path == standard ? StandardOutput() : try AtomicFile(path)
  }
}
