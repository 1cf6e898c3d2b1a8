import AtomicFile
import Foundation

/// An open regular file that is not empty; closed when released.
package final class InputFile {
  let path: String
  let descriptor: Int32
  let count: Int
  /// The hash of the bytes read since `hashContent`, as far as they follow each other.
  private var hash: ContentHash?
  private var hashed = 0

  /// Is told how far the file is read.
  var progress: StagingProgress?

  /// Throws `DataError` when there is no such file, it is not a regular one, or it is empty.
  package init(_ path: String) throws {
    // Without O_NONBLOCK a named pipe would wait for its writer here.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { throw DataError.missing(path: path) }
      throw DataError.unreadable(path: path, reason: String(cString: strerror(code)))
    }
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw DataError.unreadable(path: path, reason: systemMessage())
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw DataError.directory(path: path)
      default: throw DataError.notRegular(path: path)
      }
      guard status.st_size > 0 else { throw DataError.empty(path: path) }
      self.path = path
      self.descriptor = descriptor
      count = Int(status.st_size)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Reads up to `buffer.count` bytes at `offset`; fewer only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var done = 0
    while done < buffer.count {
      let result = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if result < 0 {
        if errno == EINTR { continue }
        throw DataError.unreadable(path: path, reason: systemMessage())
      }
      if result == 0 { break }
      done += result
    }
    progress?.note(offset + done)
    if hash != nil, offset <= hashed, hashed < offset + done {
      hash!.update(UnsafeRawBufferPointer(rebasing: buffer[(hashed - offset)..<done]))
      hashed = offset + done
    }
    return done
  }

  /// SHA-256 of the bytes of the file, of which those that `body` reads from the first on are not read again.
  func hashContent(while body: () throws -> Void = {}) throws -> String {
    hash = ContentHash()
    hashed = 0
    defer { hash = nil }
    try body()
    // What was read otherwise was told then.
    let watching = progress
    progress = nil
    defer { progress = watching }
    try withUnsafeTemporaryAllocation(byteCount: Gunzip.pieceSize, alignment: 16) { buffer in
      while case let start = hashed, try read(into: buffer, at: start) > 0 {}
    }
    guard hashed == count, let hash = hash.take() else { throw StagingError.changed(path: path) }
    return hash.text
  }

  /// Size and times, by which a change is noticed.
  func stamp() throws -> FileStamp {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw DataError.unreadable(path: path, reason: systemMessage())
    }
    return FileStamp(status)
  }

  /// The first bytes, at most `limit`.
  func prefix(_ limit: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(limit, count))
    let found = try bytes.withUnsafeMutableBytes { try read(into: $0, at: 0) }
    return Array(bytes.prefix(found))
  }

  /// The first bytes of the content, unpacked if it is gzip: at most `limit`, which is at most one piece.
  func start(_ limit: Int) throws -> [UInt8] {
    guard try isGzip() else { return try prefix(limit) }
    struct Enough: Error {}
    var bytes: [UInt8] = []
    do {
      try forEachPiece { piece in
        bytes = Array(piece.prefix(limit))
        throw Enough()
      }
    } catch is Enough {}
    return bytes
  }

  /// Whether the content starts as gzip does; names do not matter.
  func isGzip() throws -> Bool {
    try prefix(2) == [0x1f, 0x8b]
  }

  /// Passes the content on, unpacked if it is gzip, in pieces of at most 256 KiB.
  package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if try isGzip() { return try Gunzip.forEachPiece(of: self, body) }
    try withUnsafeTemporaryAllocation(byteCount: Gunzip.pieceSize, alignment: 16) { buffer in
      var offset = 0
      while offset < count {
        let found = try read(into: buffer, at: offset)
        if found == 0 { break }
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<found]))
        offset += found
      }
    }
  }
}
