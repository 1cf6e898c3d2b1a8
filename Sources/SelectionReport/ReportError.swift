import Foundation

/// What can go wrong while a report is written; the text says where, why and what to do.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A step of writing the file at `path` failed with the system's error number `code`.
  case cannotWrite(path: String, step: Step, code: Int32)
  /// libpng refused a picture of `width` by `height` pixels, saying `reason`.
  case cannotEncode(path: String, width: Int, height: Int, reason: String)

  /// The steps of writing a file without ever leaving half of it behind.
  public enum Step: String, Sendable, Equatable {
    /// Making the temporary file beside the final one.
    case create = "create a temporary file beside it"
    /// Writing the bytes.
    case write = "write its bytes"
    /// Bringing the bytes to the disk.
    case synchronize = "bring it to the disk"
    /// Giving the temporary file the final name.
    case rename = "give it its name"
  }

  /// What was wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let step, let code):
      let text = String(cString: strerror(code))
      return "cannot write \(path): could not \(step.rawValue): \(text). \(Self.remedy(for: code))"
    case .cannotEncode(let path, let width, let height, let reason):
      return "cannot write \(path): libpng could not encode a picture of \(width) x \(height) pixels: "
        + "\(reason). Show fewer or smaller images in one picture."
    }
  }

  private static func remedy(for code: Int32) -> String {
    switch code {
    case ENOENT: "Create the directory first, or choose another one."
    case EACCES, EPERM: "Make the directory writable for this user, or choose another one."
    case EROFS: "The file system is read-only: choose a directory on another one."
    case ENOTDIR: "A part of the path is a file, not a directory: choose another path."
    case EISDIR, ENOTEMPTY, EEXIST:
      "A directory has that name: move it away, or choose another file name."
    case ENOSPC, EDQUOT: "Free some space, or choose a directory on another disk."
    case ENAMETOOLONG: "Choose a shorter file name."
    default: "Check the disk and the directory, or choose another one."
    }
  }
}

extension ReportError: LocalizedError {
  /// The same text as `description`, so that no caller prints a bare error number.
  public var errorDescription: String? { description }
}
