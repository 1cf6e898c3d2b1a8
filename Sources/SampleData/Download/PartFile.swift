import AtomicFile
import Foundation
import Tables

/// What has been received of a file, kept on disk so that a later run can go on; one process at a time.
final class PartFile: @unchecked Sendable {
  let path: String
  private let descriptor: Int32
  private let limit: Int

  /// Opens or makes `path`, which may grow to `limit` bytes.
  ///
  /// Throws `FileError` when that fails, `DataError.busy` while another process has it open.
  init(path: String, limit: Int) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("open", path: path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { throw DataError.busy(path: path) }
      throw FileError("lock", path: path, code: code)
    }
    self.path = path
    self.descriptor = descriptor
    self.limit = limit
  }

  deinit { close(descriptor) }

  /// Bytes received so far.
  var count: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  func append(_ data: Data) throws {
    guard count + data.count <= limit else { throw DataError.oversized(path: path, limit: limit, remedy: "") }
    try data.withUnsafeBytes { bytes in
      var done = 0
      var end = count
      while done < bytes.count {
        let result = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(end))
        if result < 0, errno == EINTR { continue }
        // Nothing written and no error: the disk takes no more.
        guard result > 0 else { throw FileError("write", path: path, code: result == 0 ? ENOSPC : errno) }
        done += result
        end += result
      }
    }
  }

  func clear() throws {
    guard ftruncate(descriptor, 0) == 0 else { throw FileError("empty", path: path) }
  }

  func remove() throws {
    guard unlink(path) == 0 else { throw FileError("remove", path: path) }
  }

  func removeIfEmpty() throws {
    if count == 0 { try remove() }
  }
}
