import ProcessSupport

/// What all tests copy from: made once.
struct Fixtures: Sendable {
  /// Holds `digits`, a dataset, and `run`, a finished run on it.
  let directory: TemporaryDirectory

  /// The one instance, or why there is none.
  static let shared = Result { try Fixtures() }

  private init() throws {
    directory = try TemporaryDirectory()
    let program = try Program.cae()
    for arguments in [
      ["data", "synthetic", "--output", "digits", "--train", "600", "--test", "200"],
      ["train", "--run-dir", "run"] + Workspace.shortRun,
    ] {
      let result = try program.run(arguments, directory: directory.path)
      guard result.ending == .exited(0) else { throw FixtureError(description: "\(arguments): \(result)") }
    }
  }

  private struct FixtureError: Error, CustomStringConvertible { let description: String }
}
