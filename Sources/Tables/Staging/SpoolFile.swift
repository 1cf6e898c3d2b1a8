import AtomicFile
import Foundation

/// A nameless file for what does not fit into memory; it goes with the process.
final class SpoolFile {
  private let path: String
  private let descriptor: Int32
  private var count = 0

  /// A file in `directory` (empty: that for temporary files), for data at `path`. Throws `FileError`.
  init(directory: String, path: String) throws {
    self.path = path
    let place = directory.isEmpty ? NSTemporaryDirectory() : directory
    let name = "\(place)/.spool-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("create a temporary file in", path: place) }
    unlink(name)
  }

  deinit { close(descriptor) }

  private func fault(_ code: Int32) -> FileError {
    FileError("write a temporary copy of", path: path, code: code)
  }

  /// Appends the values of a buffer, which is empty then. Throws `FileError`.
  func append<Value>(_ buffer: inout [Value]) throws {
    try buffer.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let written = write(descriptor, rest.baseAddress!, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw fault(written == 0 ? ENOSPC : errno) }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
      count += bytes.count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// What was appended. Throws `DataError`.
  func mapped() throws -> ByteStorage {
    guard count > 0 else { return ByteStorage(copying: [UInt8]()) }
    return try ByteStorage(mapping: descriptor, count: count, path: path)
  }

  /// Calls `body` with room for `count` bytes, which are in the file then. Throws `FileError`, and what `body` throws.
  func fill(_ count: Int, _ body: (UnsafeMutableRawPointer) throws -> Void) throws {
    guard count > 0 else { return }
    // A disk that is full is to be noticed here, and not by a write to memory.
    let code = posix_fallocate(descriptor, 0, off_t(count))
    guard code == 0 else { throw fault(code) }
    let address = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let address, address != MAP_FAILED else { throw fault(errno) }
    defer { munmap(address, count) }
    try body(address)
    self.count = count
  }
}
