import AtomicFile

/// Writes IDX files of unsigned bytes; none appears under its name until `commit()`.
package struct IDXWriter {
  private let file: AtomicFile

  /// Writes `bytes`, row-major with the given dimensions, beside `path`.
  ///
  /// Throws `FileError` when the directory or the disk does not take it.
  package init(path: String, dimensions: [Int], bytes: [UInt8]) throws {
    precondition((1...255).contains(dimensions.count), "an IDX file has 1 to 255 dimensions")
    precondition(dimensions.allSatisfy { UInt32(exactly: $0) != nil }, "a dimension has 32 bits")
    precondition(dimensions.reduce(1, *) == bytes.count, "as many bytes as the dimensions say")
    var header: [UInt8] = [0, 0, IDXElement.unsignedByte.rawValue, UInt8(dimensions.count)]
    for dimension in dimensions {
      withUnsafeBytes(of: UInt32(dimension).bigEndian) { header += $0 }
    }
    file = try AtomicFile(path)
    try header.withUnsafeBytes { try file.append($0) }
    try bytes.withUnsafeBytes { try file.append($0) }
  }

  /// Puts the file under its name, replacing what is there.
  ///
  /// Throws `FileError` when it cannot be brought to the disk or renamed.
  package func commit() throws { try file.commit() }
}
