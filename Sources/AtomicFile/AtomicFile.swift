import Foundation

/// A file that appears under its name whole or not at all: written under a temporary name in the same
/// directory, synced, then renamed.
public struct AtomicFile {
  private let descriptor: Int32
  private let path: String

  /// Runs `body`, which writes the contents, and puts the file in place; on any failure what was there stays.
  public static func write(to path: String, _ body: (AtomicFile) throws -> Void) throws {
    let temporaryPath = "\(path).\(getpid()).tmp"
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("create", path: path) }
    do {
      defer { close(descriptor) }
      try body(AtomicFile(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError("sync", path: path) }
    } catch {
      unlink(temporaryPath)
      throw error
    }
    guard rename(temporaryPath, path) == 0 else {
      let failure = FileError("put in place", path: path)
      unlink(temporaryPath)
      throw failure
    }
    try syncDirectory(of: path)
  }

  /// Writes `contents` as the whole file.
  public static func write(_ contents: some ContiguousBytes, to path: String) throws {
    try write(to: path) { file in try contents.withUnsafeBytes { try file.append($0) } }
  }

  /// Writes `text` in UTF-8 as the whole file.
  public static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  /// Appends bytes; every byte is written or an error thrown.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError("write", path: path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Makes a rename or removal inside the directory of `path` survive a power cut.
  private static func syncDirectory(of path: String) throws {
    let directory = (path as NSString).deletingLastPathComponent
    let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path: directory) }
    defer { close(descriptor) }
    // Some network file systems refuse to sync a directory; the file itself is already safe there.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("sync", path: directory) }
  }
}
