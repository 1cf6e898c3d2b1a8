import CZlib

/// A file in a zip archive, unpacked as it is read from its first byte to its last; then its checksum is compared.
final class ZipMember {
  let entry: ZipArchive.Entry
  /// Bytes that are still to be read.
  private(set) var rest: Int
  private let file: InputFile
  private var place: Int
  private let end: Int
  private var stream = z_stream()
  private let input: UnsafeMutableRawBufferPointer
  private var checksum: UInt

  private static let pieceSize = 1 << 16

  /// Reads from `start` of `file`. Throws `DataError`.
  init(_ file: InputFile, _ entry: ZipArchive.Entry, start: Int) throws {
    (self.file, self.entry, rest, place, end) = (file, entry, entry.size, start, start + entry.packedSize)
    checksum = crc32(0, nil, 0)
    input = .allocate(byteCount: Self.pieceSize, alignment: 16)
    guard entry.isDeflated else { return }
    // Negative: deflate without a wrapper.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw fail("zlib cannot start")
    }
  }

  deinit {
    if entry.isDeflated { inflateEnd(&stream) }
    input.deallocate()
  }

  /// A fault in the file.
  func fail(_ problem: String) -> DataError { .content(path: file.path, place: entry.name, problem: problem) }

  /// Fills `buffer`, which is at most `rest` bytes. Throws `DataError` for a file that ends early or is damaged.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    guard buffer.count <= rest else { throw fail("ends early: its header and its size do not fit") }
    if entry.isDeflated {
      try inflate(into: buffer)
    } else {
      guard try file.read(into: buffer, at: place) == buffer.count else {
        throw StagingError.changed(path: file.path)
      }
      place += buffer.count
    }
    rest -= buffer.count
    var bytes = UnsafeRawBufferPointer(buffer)
    while !bytes.isEmpty {
      let count = min(bytes.count, 1 << 30)
      checksum = crc32(checksum, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), UInt32(count))
      bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
    }
    if rest == 0, checksum != UInt(entry.checksum) {
      throw fail("is damaged: its checksum differs; write or fetch it again")
    }
  }

  /// All bytes that are left. Throws `DataError`, also where these are more than `limit`.
  func readAll(limit: Int) throws -> [UInt8] {
    guard rest <= limit else { throw fail("has \(rest) bytes, more than the \(limit) that are read") }
    var bytes = [UInt8](repeating: 0, count: rest)
    try bytes.withUnsafeMutableBytes { try read(into: $0) }
    return bytes
  }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      if stream.avail_in == 0 {
        let piece = UnsafeMutableRawBufferPointer(rebasing: input[..<min(Self.pieceSize, end - place)])
        let found = piece.isEmpty ? 0 : try file.read(into: piece, at: place)
        place += found
        stream.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(found)
      }
      let room = min(buffer.count - filled, 1 << 30)
      stream.next_out = (buffer.baseAddress! + filled).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(room)
      let code = CZlib.inflate(&stream, Z_NO_FLUSH)
      let made = room - Int(stream.avail_out)
      filled += made
      if filled == buffer.count { break }
      guard code == Z_OK || code == Z_BUF_ERROR && place < end, made > 0 || place < end || stream.avail_in > 0
      else {
        throw fail("damaged: \(stream.msg.map { String(cString: $0) } ?? "the packed bytes end early")")
      }
    }
  }
}
