import AtomicFile
import Foundation

/// A file that grows by whole pieces: one that cannot be written leaves the file as it was.
final class AppendedFile {
  private let path: String
  private let handle: FileHandle
  private var length: UInt64

  /// Goes on with the file at `path`, or begins it. Throws `FileError`.
  init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileError("open", path: path) }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    length = try handle.seekToEnd()
  }

  /// Appends `bytes`, or throws `FileError`.
  func append(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { bytes in
      let written = retried { write(handle.fileDescriptor, bytes.baseAddress, bytes.count) }
      guard written != bytes.count else { return length += UInt64(bytes.count) }
      let failure = FileError("write", path: path, code: written < 0 ? errno : ENOSPC)
      // A torn piece would spoil the one that comes after it.
      try handle.truncate(atOffset: length)
      throw failure
    }
  }
}
