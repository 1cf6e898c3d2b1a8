import Foundation
import RunStore

/// A temporary place for runs, removed with the last reference.
final class RunFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("cae-run-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func run(_ name: String = "run") throws -> RunDirectory {
    let directory = RunDirectory(path: "\(path)/\(name)")
    try directory.create()
    return directory
  }
}

func bytes(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
