import Foundation

/// A file that holds one array: mapped when it is unpacked, inflated when it is gzip; into memory, or into the cache where it is
/// large.
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

  /// Opens `path` and checks the header and the length against it; `cache` is the directory for an unpacked copy (empty: always in
  /// memory).
  ///
  /// Throws `DataError` when it cannot be read, is of another format, or its length does not match its header, and
  /// `FileError` where the copy cannot be written.
  package init(path: String, cache: String = "") throws {
    var file = try InputFile(path)
    isCompressed = try file.isGzip()
    self.path = path
    if isCompressed {
      let header = try Self.packedHeader(file)
      let count = try Self.believedCount(header, in: file)
      guard count > Gunzip.alwaysUnpacked, !cache.isEmpty else {
        (self.header, storage) = (header, try Self.inflate(file, header, count: count))
        return
      }
      file = try UnpackedFile.open(
        file, count: count, cache: cache,
        surplus: .trailingBytes(path: path, dimensions: header.dimensions, expected: count, found: nil))
    }
    header = try file.prefix(Header.largestSize).withUnsafeBytes { try Header($0, path: path) }
    try Self.checkLength(file.count, against: header, path: path)
    storage = try ByteStorage(mapping: file.descriptor, count: file.count, path: path)
  }

  /// Unpacks a large gzip file into `cache`, before several ranks open it. Throws what opening throws.
  static func unpack(_ path: String, cache: String) throws {
    let file = try InputFile(path)
    guard try file.isGzip(), file.count > Gunzip.alwaysUnpacked / Gunzip.usualRatio else { return }
    let header = try packedHeader(file)
    if header.size + header.byteCount > Gunzip.alwaysUnpacked { _ = try Self(path: path, cache: cache) }
  }

  private static func packedHeader(_ file: InputFile) throws -> Header {
    let start = try file.start(Header.largestSize)
    guard !start.isEmpty else { throw DataError.empty(path: file.path) }
    return try start.withUnsafeBytes { try Header($0, path: file.path) }
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

  /// Bytes of the unpacked file, by its header. Throws `DataError` where these are more than can be.
  private static func believedCount(_ header: Header, in file: InputFile) throws -> Int {
    let expected = header.size + header.byteCount
    // A header that asks for more than deflate can hold must not make us reserve it.
    if expected / Gunzip.largestRatio > file.count {
      throw DataError.truncated(
        path: file.path, dimensions: header.dimensions, expected: expected, found: nil)
    }
    // What little makes so much of is made for that, or of no use to training.
    guard expected <= max(Gunzip.alwaysUnpacked, Gunzip.usualRatio * file.count) else {
      throw DataError.unpacksToMuch(path: file.path, bytes: expected, packed: file.count)
    }
    return expected
  }

  private static func inflate(_ file: InputFile, _ header: Header, count: Int) throws -> ByteStorage {
    guard let memory = malloc(count) else { throw DataError.noMemory(path: file.path, bytes: count) }
    var filled = 0
    do {
      try file.forEachPiece { piece in
        guard filled + piece.count <= count else {
          throw DataError.trailingBytes(
            path: file.path, dimensions: header.dimensions, expected: count, found: nil)
        }
        (memory + filled).copyMemory(from: piece.baseAddress!, byteCount: piece.count)
        filled += piece.count
      }
      try checkLength(filled, against: header, path: file.path)
      return ByteStorage(adopting: memory, count: filled)
    } catch {
      free(memory)
      throw error
    }
  }
}

/// An IDX file.
package typealias IDXFile = ArrayFile<IDXHeader>
