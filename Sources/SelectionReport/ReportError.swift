import Foundation

/// What can go wrong while a report is made; the text says where, why and what to do.
///
/// A file that cannot be written is a `FileError`.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// libpng refused a picture of `width` by `height` pixels, saying `reason`.
  case cannotEncode(path: String, width: Int, height: Int, reason: String)

  /// What was wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .cannotEncode(let path, let width, let height, let reason):
      "cannot write \(path): libpng could not encode a picture of \(width) x \(height) pixels: "
        + "\(reason). Show fewer or smaller images in one picture."
    }
  }
}

extension ReportError: LocalizedError {
  /// The same text as `description`, so that no caller prints a bare error number.
  public var errorDescription: String? { description }
}
