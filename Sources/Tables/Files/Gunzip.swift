import CZlib
import Foundation

/// Unpacking of gzip files (RFC 1952, any number of members) by zlib.
enum Gunzip {
  static let pieceSize = 1 << 18

  /// The most bytes deflate can make of one: no header can be believed that asks for more.
  static let largestRatio = 1032

  /// What is unpacked into memory without doubt: so many times a file's size, and so many bytes.
  static let (usualRatio, alwaysUnpacked) = (100, 1 << 26)

  /// Unpacks `file`, passing on full pieces of `pieceSize` bytes and a shorter one at the end.
  ///
  /// Throws `DataError.gzip` with zlib's text when the content is damaged, cut short, or followed by
  /// something else; whatever `body` throws.
  static func forEachPiece(of file: InputFile, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var stream = z_stream()
    let windowBits = 15 + 16  // the largest window; 16 asks for the gzip wrapper
    let version = ZLIB_VERSION
    guard
      inflateInit2_(&stream, Int32(windowBits), version, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw DataError.gzip(path: file.path, reason: "zlib cannot start", unpacked: 0) }
    defer { inflateEnd(&stream) }

    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * pieceSize, alignment: 16)
    defer { memory.deallocate() }
    let input = UnsafeMutableRawBufferPointer(rebasing: memory[..<pieceSize])
    let output = UnsafeMutableRawBufferPointer(rebasing: memory[pieceSize...])

    var offset = 0
    var passedOn = 0
    var filled = 0
    var memberEnded = false

    func failure(_ reason: String) -> DataError {
      .gzip(path: file.path, reason: reason, unpacked: passedOn + filled)
    }

    while true {
      if stream.avail_in == 0 {
        let found = try file.read(into: input, at: offset)
        if found == 0 { break }
        offset += found
        stream.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(found)
      }
      if memberEnded {
        inflateReset(&stream)
        memberEnded = false
      }
      stream.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self) + filled
      stream.avail_out = UInt32(pieceSize - filled)
      let code = inflate(&stream, Z_NO_FLUSH)
      filled = pieceSize - Int(stream.avail_out)
      switch code {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: memberEnded = true
      default:
        throw failure(stream.msg.map { String(cString: $0) } ?? "zlib error \(code)")
      }
      if filled == pieceSize {
        try body(UnsafeRawBufferPointer(output))
        passedOn += filled
        filled = 0
      }
    }
    // Everything is read; zlib may still hold back what did not fit into the last piece.
    while !memberEnded {
      stream.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self) + filled
      stream.avail_out = UInt32(pieceSize - filled)
      let code = inflate(&stream, Z_SYNC_FLUSH)
      let before = filled
      filled = pieceSize - Int(stream.avail_out)
      if code == Z_STREAM_END { memberEnded = true }
      if !memberEnded && filled == before {
        throw failure("the file ends before the compressed data does")
      }
      if filled == pieceSize {
        try body(UnsafeRawBufferPointer(output))
        passedOn += filled
        filled = 0
      }
    }
    if filled > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<filled])) }
  }
}
