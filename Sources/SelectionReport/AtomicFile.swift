import Foundation

/// Writes files that are either complete or as they were before.
enum AtomicFile {
  /// Writes `data` to a temporary name in the same directory, brings it to the disk, and renames it.
  ///
  /// - Throws: `ReportError.cannotWrite`; the temporary file is gone and the final name untouched.
  static func write(_ data: Data, to url: URL) throws {
    let path = url.path
    let directory = url.deletingLastPathComponent().path
    // Not made from the final name: one near the longest allowed could not be extended.
    let temporary = "\(directory)/.report-\(UInt64.random(in: 0 ... .max)).tmp"
    func failure(_ step: ReportError.Step, _ code: Int32 = errno) -> ReportError {
      .cannotWrite(path: path, step: step, code: code)
    }

    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(.create) }
    var isOpen = true
    do {
      try writeAll(data, to: descriptor, failure: failure)
      guard fsync(descriptor) == 0 else { throw failure(.synchronize) }
      isOpen = false
      // Network file systems report a lost write as late as here.
      guard close(descriptor) == 0 else { throw failure(.synchronize) }
      guard rename(temporary, path) == 0 else { throw failure(.rename) }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
    try synchronize(directory: directory, failure: failure)
  }

  private static func writeAll(
    _ data: Data, to descriptor: Int32, failure: (ReportError.Step, Int32) -> ReportError
  ) throws {
    try data.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if count > 0 {
          offset += count
        } else if count == 0 || errno != EINTR {
          throw failure(.write, count == 0 ? ENOSPC : errno)
        }
      }
    }
  }

  /// Makes the rename itself last, where the file system can do so for a directory.
  private static func synchronize(
    directory: String, failure: (ReportError.Step, Int32) -> ReportError
  ) throws {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }  // a directory may be writable and not readable
    defer { close(descriptor) }
    // Some network file systems answer EINVAL: they have no such notion.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(.synchronize, errno) }
  }
}
