import Foundation

/// Every file below a directory with all its bytes, to see whether anything has changed.
public struct DirectoryContents: Equatable, Sendable {
  /// Bytes by path relative to the directory; nil for folders.
  public let files: [String: Data?]

  /// Reads everything below `directory`.
  public init(of directory: String) throws {
    var files: [String: Data?] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      files[name] = .some(FileManager.default.contents(atPath: "\(directory)/\(name)"))
    }
    self.files = files
  }

  /// The names that are not the same in both, for the failure of an expectation.
  public func changes(to other: DirectoryContents) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }
}
