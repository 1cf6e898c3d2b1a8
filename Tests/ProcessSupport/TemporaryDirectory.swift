import Foundation

/// A directory of its own for one test, removed with the last reference.
public final class TemporaryDirectory: Sendable {
  /// Where it is, free of symbolic links.
  public let path: String

  /// Makes a new one.
  public init() throws {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    path = parent.appendingPathComponent("cae-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file or folder in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }
}
