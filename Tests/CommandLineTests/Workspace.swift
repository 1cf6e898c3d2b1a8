import Foundation
import ProcessSupport

/// A directory for one test, with a small dataset in `digits`, in which `cae` is run by relative paths.
struct Workspace {
  /// The directory.
  let directory: TemporaryDirectory
  /// The built program.
  let program: Program

  /// Options of a run that takes a fraction of a second: 5 steps an epoch, 3 epochs.
  static let shortRun = [
    "--data", "digits", "--epochs", "3", "--k", "8", "--hidden", "16",
    "--snapshot-epochs", "none", "--checkpoint-every", "5",
  ]

  /// Makes the directory with its dataset.
  init() throws {
    program = try Program.cae()
    directory = try TemporaryDirectory()
    try copy(from: try Fixtures.shared.get(), "digits")
  }

  /// Also puts a finished run of `shortRun` into `run`.
  static func withFinishedRun() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.copy(from: try Fixtures.shared.get(), "run")
    return workspace
  }

  private func copy(from fixtures: Fixtures, _ name: String) throws {
    try FileManager.default.copyItem(atPath: fixtures.directory.file(name), toPath: path(name))
  }

  /// The whole path of a file in the workspace.
  func path(_ name: String) -> String { directory.file(name) }

  /// Runs `cae` in the workspace.
  func cae(_ arguments: [String], environment: [String: String] = [:]) throws -> ProcessResult {
    try program.run(
      arguments, environment: Program.plainEnvironment.merging(environment) { $1 }, directory: directory.path)
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  /// The text of a file.
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// Replaces or makes a file.
  func write(_ bytes: Data, to name: String) throws { try bytes.write(to: URL(fileURLWithPath: path(name))) }

  /// Replaces or makes a file.
  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  /// Keeps only the first `count` bytes of a file.
  func cut(_ name: String, to count: Int) throws { try write(try bytes(name).prefix(count), to: name) }

  /// Changes one byte of a file.
  func damage(_ name: String, at offset: Int) throws {
    var content = try bytes(name)
    content[offset] ^= 0xff
    try write(content, to: name)
  }

  /// Removes a file or folder.
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Names of the files in a folder, sorted.
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }
}
