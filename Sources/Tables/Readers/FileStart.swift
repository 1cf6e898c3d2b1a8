/// The beginning of data that are to be recognised.
package struct FileStart: Sendable {
  /// Where the data are.
  package let path: String
  /// The first bytes, unpacked if the file is gzip: at most 4,096; nil for a directory.
  package let bytes: [UInt8]?

  /// Reads the beginning of `path`. Throws `DataError`.
  init(_ path: String) throws {
    self.path = path
    do {
      bytes = try InputFile(path).start(Self.length)
    } catch DataError.directory {
      bytes = nil
    }
  }

  private static let length = 4_096
}
