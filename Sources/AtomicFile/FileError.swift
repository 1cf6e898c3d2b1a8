import Foundation

/// A file operation that failed: what was tried, on which path, and the system's reason.
public struct FileError: Error, Sendable, CustomStringConvertible {
  /// What was tried, for example "write".
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

  /// The text shown to the user, with what to do where the cause is known.
  public var description: String {
    let hint =
      switch code {
      case ENOSPC, EDQUOT: "; free some space and start again"
      case EACCES, EPERM, EROFS: "; choose a place that this user may write, or change its permissions"
      case ENOENT: "; check the path"
      case EEXIST, ENOTDIR: "; a file is in the way: choose another path"
      default: ""
      }
    return "cannot \(operation) \(path): \(String(cString: strerror(code)))\(hint)"
  }
}
