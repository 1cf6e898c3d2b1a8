import Foundation

/// A file that holds one array: mapped when it is unpacked, inflated into memory when it is gzip.
///
/// Nobody may shorten the file while it is open: the pages behind a mapping would be gone, which ends the program.
package struct ArrayFile<Header: ArrayHeader>: Sendable {
  /// Where it was read from.
  package let path: String
  /// Whether the content is gzip.
  package let isCompressed: Bool
  let header: Header
  let storage: ByteStorage

  /// The sizes the header gives, outermost first.
  package var dimensions: [Int] { header.dimensions }

  /// Bytes of values in the file.
  package var count: Int { storage.count - header.size }

  /// Opens `path` and checks the header and the length against it.
  ///
  /// Throws `DataError` when it cannot be read, is of another format, or its length does not match its header.
  package init(path: String) throws {
    let file = try InputFile(path)
    isCompressed = try file.isGzip()
    self.path = path
    if isCompressed {
      (header, storage) = try Self.inflate(file)
    } else {
      header = try file.prefix(Header.largestSize).withUnsafeBytes { try Header($0, path: path) }
      try Self.checkLength(file.count, against: header, path: path)
      storage = try ByteStorage(mapping: file.descriptor, count: file.count, path: path)
    }
  }

  /// Calls `body` with all values in the file's order.
  package func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: storage.base + header.size, count: count))
  }

  /// SHA-256 of the unpacked file, header included, in hexadecimal: what `sha256sum` prints for it.
  package func contentHash() -> String { storage.contentHash }

  private static func checkLength(_ length: Int, against header: Header, path: String) throws {
    let expected = header.size + header.byteCount
    if length < expected {
      throw DataError.truncated(path: path, dimensions: header.dimensions, expected: expected, found: length)
    }
    if length > expected {
      throw DataError.trailingBytes(
        path: path, dimensions: header.dimensions, expected: expected, found: length)
    }
  }

  private static func inflate(_ file: InputFile) throws -> (Header, ByteStorage) {
    var header: Header?
    var memory: UnsafeMutableRawPointer?
    var filled = 0
    do {
      try file.forEachPiece { piece in
        if header == nil {
          let parsed = try Header(piece, path: file.path)
          let expected = parsed.size + parsed.byteCount
          // A header that asks for more than deflate can hold must not make us reserve it.
          if expected / Gunzip.largestRatio > file.count {
            throw DataError.truncated(
              path: file.path, dimensions: parsed.dimensions, expected: expected, found: nil)
          }
          // What little makes so much of is made for that, or of no use to training.
          guard expected <= max(Gunzip.alwaysUnpacked, Gunzip.usualRatio * file.count) else {
            throw DataError.unpacksToMuch(path: file.path, bytes: expected, packed: file.count)
          }
          guard let reserved = malloc(expected) else {
            throw DataError.noMemory(path: file.path, bytes: expected)
          }
          header = parsed
          memory = reserved
        }
        let expected = header!.size + header!.byteCount
        guard filled + piece.count <= expected else {
          throw DataError.trailingBytes(
            path: file.path, dimensions: header!.dimensions, expected: expected, found: nil)
        }
        (memory! + filled).copyMemory(from: piece.baseAddress!, byteCount: piece.count)
        filled += piece.count
      }
      guard let header, let memory else { throw DataError.empty(path: file.path) }
      try checkLength(filled, against: header, path: file.path)
      return (header, ByteStorage(adopting: memory, count: filled))
    } catch {
      free(memory)
      throw error
    }
  }
}

/// An IDX file of unsigned bytes.
package typealias IDXFile = ArrayFile<IDXHeader>
