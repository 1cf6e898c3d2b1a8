import AtomicFile
import Foundation

/// Rows of a table that are kept on the disk until its columns are read, in memory that does not grow with either.
final class TransposedSpool {
  private let path: String
  private let descriptor: Int32
  /// Values of a row.
  let width: Int
  private(set) var rowCount = 0
  private var buffer: [Float] = []

  private static let bufferCount = 1 << 18
  /// Values that are turned round at once.
  private static let blockCount = 1 << 23

  /// Rows of `width` values, kept in `directory` (empty: that for temporary files). Throws `FileError`.
  init(width: Int, path: String, directory: String) throws {
    self.width = width
    self.path = path
    let place = directory.isEmpty ? NSTemporaryDirectory() : directory
    let name = "\(place)/.transposed-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("create a temporary file in", path: place) }
    // Nameless from here on, so that it goes with the process.
    unlink(name)
  }

  deinit { close(descriptor) }

  /// Takes a row. Throws `FileError`.
  func append(_ row: UnsafeBufferPointer<Float>) throws {
    buffer += row
    rowCount += 1
    if buffer.count >= Self.bufferCount { try flush() }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let written = write(descriptor, rest.baseAddress!, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          throw FileError("write a temporary copy of", path: path, code: written == 0 ? ENOSPC : errno)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with each column, in their order. Throws what it throws, and `DataError`.
  func forEachColumn(_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try flush()
    buffer = []
    guard rowCount > 0 else { return }
    let storage = try ByteStorage(mapping: descriptor, count: 4 * rowCount * width, path: path)
    let values = storage.base.assumingMemoryBound(to: Float.self)
    let block = max(1, min(width, Self.blockCount / rowCount))
    var turned = [Float](repeating: 0, count: block * rowCount)
    for start in stride(from: 0, to: width, by: block) {
      let columns = min(block, width - start)
      for row in 0..<rowCount {
        for column in 0..<columns { turned[column * rowCount + row] = values[row * width + start + column] }
      }
      try turned.withUnsafeBufferPointer { turned in
        for column in 0..<columns {
          try body(UnsafeBufferPointer(rebasing: turned[column * rowCount..<(column + 1) * rowCount]))
        }
      }
    }
  }
}
