import Foundation

/// A file operation that failed: what was tried, on which path, and the system's reason.
public struct FileError: Error, Sendable, Equatable {
  /// What was tried, as a verb that the path can follow: "write".
  public let operation: String
  /// The path it was tried on.
  public let path: String
  /// The system's error number.
  public let code: Int32

  /// Keeps the current `errno` unless another code is given.
  public init(_ operation: String, path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }
}

extension FileError: CustomStringConvertible {
  /// The text shown to the user, with what to do where the cause is known.
  public var description: String {
    let text = "cannot \(operation) \(path.isEmpty ? "''" : path): \(String(cString: strerror(code)))"
    return remedy.map { "\(text); \($0)" } ?? text
  }

  private var remedy: String? {
    switch code {
    case ENOSPC, EDQUOT: "free some space, or choose a place on another disk"
    case EACCES, EPERM: "choose a place that this user may write, or change its permissions"
    case EROFS: "the file system is read-only: choose a place on another one"
    case ENOENT: "check the path, and that the directory it lies in exists"
    case ENOTDIR: "a part of the path is a file where a directory is needed: choose another path"
    case EISDIR, ENOTEMPTY: "a directory has that name: choose another name, or move it away"
    case EEXIST: "something that is not a file has that name: choose another name, or move it away"
    case ENAMETOOLONG: "choose a shorter name"
    case ELOOP:
      "it is a symbolic link, which is not written through, or links in the path lead to each other: remove it, or choose another path"
    case EFBIG: "the file system does not take files of this size: choose a place on another one"
    case EIO: "check the disk, or choose a place on another one"
    default: nil
    }
  }
}

extension FileError: LocalizedError {
  /// The same text as `description`, so that no caller prints a bare error number.
  public var errorDescription: String? { description }
}
