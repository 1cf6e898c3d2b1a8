import Foundation
import ProcessSupport
import Testing

/// A text that was looked at and kept: `Snapshots/NAME.txt`.
///
/// With `CAE_UPDATE_SNAPSHOTS=1` in the environment the kept texts are rewritten instead of compared; look at
/// the difference before it is committed.
enum Snapshot {
  /// Compares a text with the kept one, or keeps it.
  static func expect(
    _ text: String, named name: String, location: SourceLocation = #_sourceLocation
  ) throws {
    if ProcessInfo.processInfo.environment["CAE_UPDATE_SNAPSHOTS"] == "1" {
      let file = sources.appendingPathComponent("\(name).txt")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      return
    }
    let file = Bundle.module.bundleURL.appendingPathComponent("Snapshots/\(name).txt")
    let kept = try #require(
      FileManager.default.contents(atPath: file.path),
      "no snapshot \(name).txt: make it with CAE_UPDATE_SNAPSHOTS=1 and build again", sourceLocation: location
    )
    #expect(text == String(decoding: kept, as: UTF8.self), sourceLocation: location)
  }

  private static var sources: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
  }

  /// What the start says of this machine's processor, and of no other.
  private static var machineNote: Regex<Substring> { /(?m)^note: OpenBLAS uses .*\n/ }

  /// A command with its exit code and everything it wrote, free of the workspace's own path and of what differs between machines.
  static func transcript(
    _ arguments: [String], environment: [String: String] = [:], result: ProcessResult, in workspace: Workspace
  ) -> String {
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }.joined()
    let words = arguments.map { $0.isEmpty || $0.contains(" ") ? "'\($0)'" : $0 }
    var text = "$ \(variables)cae \(words.joined(separator: " "))\n\(result.ending)\n"
    if !result.output.isEmpty { text += "--- standard output\n\(result.output)" }
    let errors = result.errorOutput.replacing(machineNote, with: "")
    if !errors.isEmpty { text += "--- standard error\n\(errors)" }
    return text.replacingOccurrences(of: workspace.directory.path, with: "DIRECTORY")
  }
}
