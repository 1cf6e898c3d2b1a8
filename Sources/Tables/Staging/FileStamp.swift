import Foundation

/// A file's size and times: while they stay, so does its content.
package struct FileStamp: Codable, Sendable, Hashable {
  /// Bytes.
  package let size: Int
  /// When the content was written last, in nanoseconds since 1970.
  package let modified: Int
  /// When anything about the file changed last, in nanoseconds since 1970.
  package let changed: Int

  init(_ status: stat) {
    size = Int(status.st_size)
    modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
  }
}
