import AtomicFile
import Foundation

/// An IDX file of unsigned bytes: mapped when it is unpacked, inflated into memory when it is gzip.
///
/// The format: http://yann.lecun.com/exdb/mnist (element type, dimensions, then row-major values). Nobody
/// may shorten the file while it is open: the pages behind a mapping would be gone.
public struct IDXFile: Sendable {
  /// Where it was read from.
  public let path: String
  /// The sizes the header gives, outermost first.
  public let dimensions: [Int]
  /// Whether the content is gzip.
  public let isCompressed: Bool
  private let headerSize: Int
  private let storage: ByteStorage

  /// Values in the file: the product of its dimensions.
  public var count: Int { storage.count - headerSize }

  /// Opens `path` and checks the header and the length against it.
  ///
  /// Throws `DataError` when it cannot be read, is not IDX, holds another type than unsigned bytes, or its
  /// length does not match its header.
  public init(path: String) throws {
    let file = try InputFile(path)
    isCompressed = try file.isGzip()
    self.path = path
    let header: IDXHeader
    if isCompressed {
      (header, storage) = try Self.inflate(file)
    } else {
      header = try IDXHeader(try file.prefix(IDXHeader.largestSize), path: path)
      try Self.checkLength(file.count, against: header, path: path)
      storage = try ByteStorage(mapping: file.descriptor, count: file.count, path: path)
    }
    dimensions = header.dimensions
    headerSize = header.size
  }

  /// Calls `body` with all values in row-major order.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: storage.base + headerSize, count: count))
  }

  /// SHA-256 of the unpacked file, header included, in hexadecimal: what `sha256sum` prints for it.
  public func contentHash() -> String {
    ContentHash.text(of: UnsafeRawBufferPointer(start: storage.base, count: storage.count))
  }

  /// The values; valid as long as this file or a copy of it is.
  var elements: UnsafePointer<UInt8> {
    (storage.base + headerSize).assumingMemoryBound(to: UInt8.self)
  }

  private static func checkLength(_ length: Int, against header: IDXHeader, path: String) throws {
    let expected = header.size + header.count
    if length < expected {
      throw DataError.truncated(
        path: path, dimensions: header.dimensions, expected: expected, found: length)
    }
    if length > expected {
      throw DataError.trailingBytes(
        path: path, dimensions: header.dimensions, expected: expected, found: length)
    }
  }

  private static func inflate(_ file: InputFile) throws -> (IDXHeader, ByteStorage) {
    var header: IDXHeader?
    var memory: UnsafeMutableRawPointer?
    var filled = 0
    do {
      try file.forEachPiece { piece in
        if header == nil {
          let parsed = try IDXHeader(piece, path: file.path)
          let expected = parsed.size + parsed.count
          // A header that asks for more than deflate can hold must not make us reserve it.
          if expected / Gunzip.largestRatio > file.count {
            throw DataError.truncated(
              path: file.path, dimensions: parsed.dimensions, expected: expected,
              found: nil)
          }
          guard let reserved = malloc(expected) else {
            throw DataError.noMemory(path: file.path, bytes: expected)
          }
          header = parsed
          memory = reserved
        }
        let expected = header!.size + header!.count
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
