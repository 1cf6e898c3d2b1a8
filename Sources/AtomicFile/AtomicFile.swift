import Foundation

/// A file that appears under its name whole or not at all.
///
/// Written under a temporary name in the same directory, brought to the disk, then renamed. Released without
/// `commit()`, it leaves nothing behind, and what was under the name before stays.
package final class AtomicFile {
  static let (temporaryPrefix, temporarySuffix) = (".cae-", ".tmp")

  private let path: String
  private let directory: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var isPending = true

  /// Begins a file that `commit()` will put at `path`.
  ///
  /// Throws `FileError` when `path` can already be seen not to take a file (a directory, a device), or its
  /// directory does not take a new one.
  package init(_ path: String) throws {
    self.path = path
    try Self.checkReplaceable(path)
    directory = Directory.parent(of: path)
    // Not made from the final name: one near the longest allowed could not be extended. The process and the
    // random number keep processes and ranks on other machines apart.
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporaryPath = "\(directory)/\(Self.temporaryPrefix)\(getpid())-\(suffix)\(Self.temporarySuffix)"
    self.temporaryPath = temporaryPath
    descriptor = retried { open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    if descriptor < 0 {
      let code = errno
      isPending = false
      throw FileError("create a temporary file beside", path: path, code: code)
    }
    // Held as long as this process writes, so that others can tell a file in the making from a leftover.
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit { discard() }

  /// Appends bytes; every byte is written or `FileError` thrown.
  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(isPending, "a file is written before it is committed")
    var rest = bytes
    while !rest.isEmpty {
      let written = retried { Foundation.write(descriptor, rest.baseAddress, rest.count) }
      // Nothing written and no error: the disk takes no more.
      guard written > 0 else { throw FileError("write", path: path, code: written == 0 ? ENOSPC : errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Writes `bytes` over the first that were appended, of which there are at least as many; throws `FileError`.
  package func overwriteStart(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(isPending, "a file is written before it is committed")
    let written = retried { pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
    guard written == bytes.count else {
      throw FileError("write", path: path, code: written < 0 ? errno : ENOSPC)
    }
  }

  /// Puts the file under its name, replacing what is there, once its content is on the disk.
  ///
  /// Throws `FileError`. What was there before then stays and nothing is left beside it, unless only the
  /// directory could not be brought to the disk: then the new file is in place, whole.
  package func commit() throws {
    precondition(isPending, "a file is committed once")
    do {
      guard retried({ fsync(descriptor) }) == 0 else { throw FileError("bring to the disk", path: path) }
      let closed = close(descriptor)
      let code = errno
      descriptor = -1
      // Network file systems may report a lost write as late as here; an interruption loses nothing.
      guard closed == 0 || code == EINTR else { throw FileError("write", path: path, code: code) }
      guard rename(temporaryPath, path) == 0 else {
        throw FileError("give a temporary file the name", path: path)
      }
    } catch {
      discard()
      throw error
    }
    isPending = false
    try Directory.synchronize(directory)
  }

  private func discard() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    if isPending { unlink(temporaryPath) }
    isPending = false
  }

  /// Fails before work is spent on what `rename` would refuse, or must not replace: a device, for root.
  private static func checkReplaceable(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      if code == ENOENT { return }
      throw FileError("write", path: path, code: code)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw FileError("write", path: path, code: EISDIR)
    default: throw FileError("write", path: path, code: EEXIST)
    }
  }
}
