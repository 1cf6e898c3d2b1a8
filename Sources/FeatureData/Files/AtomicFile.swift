import Foundation

/// A file that appears under its name only when it is complete.
///
/// Written to a temporary name in the same directory, synced, renamed. Released without `commit()`, it leaves
/// nothing behind.
final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32

  /// Throws `DataError.unwritable` when the directory does not take a new file.
  init(_ path: String) throws {
    self.path = path
    let url = URL(fileURLWithPath: path)
    let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    temporaryPath =
      url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).\(suffix)").path
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DataError.unwritable(path: path, reason: systemMessage()) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  /// Appends all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let result = Foundation.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if result < 0 {
        if errno == EINTR { continue }
        throw DataError.unwritable(path: path, reason: systemMessage())
      }
      done += result
    }
  }

  /// Puts the file under its name, replacing what is there, once its content is on the disk.
  func commit() throws {
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw DataError.unwritable(path: path, reason: systemMessage())
    }
    let code = close(descriptor)
    descriptor = -1
    guard code == 0 else { throw DataError.unwritable(path: path, reason: systemMessage()) }
    // The new name itself is on the disk only once its directory is.
    let directory = open(
      URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }
}

/// Makes `path` and its parents; throws `DataError.unwritable` when that fails.
func makeDirectory(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    // Foundation does not pass on why it failed; the system says it again when asked again.
    let code = mkdir(path, 0o777) == 0 ? EIO : errno
    throw DataError.unwritable(path: path, reason: String(cString: strerror(code)))
  }
}
