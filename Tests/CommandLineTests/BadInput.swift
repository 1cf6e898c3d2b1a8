import Foundation
import Testing

/// A command that cannot be carried out, and what must be in the workspace for that.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// The name of the case and of its snapshot.
  let name: String
  /// The arguments of `cae`.
  let arguments: [String]
  /// Variables on top of the plain environment.
  var environment: [String: String] = [:]
  /// The documented exit code.
  let code: Int32
  /// Whether the workspace holds a finished run.
  var needsRun = false
  /// Spoils the workspace.
  let prepare: @Sendable (Workspace) throws -> Void

  init(
    _ name: String, _ arguments: [String], code: Int32, environment: [String: String] = [:],
    needsRun: Bool = false, prepare: @escaping @Sendable (Workspace) throws -> Void = { _ in }
  ) {
    self.name = name
    self.arguments = arguments
    self.code = code
    self.environment = environment
    self.needsRun = needsRun
    self.prepare = prepare
  }

  var testDescription: String { name }

  /// A training run on the workspace's dataset with some options of its own.
  static func train(
    _ name: String, _ options: String..., code: Int32 = 2,
    prepare: @escaping @Sendable (Workspace) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(name, ["train", "--data", "digits"] + options, code: code, prepare: prepare)
  }

  /// A run that would go on with the finished one of the workspace.
  static func resume(
    _ name: String, _ options: String..., code: Int32 = 4,
    prepare: @escaping @Sendable (Workspace) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name, ["train", "--resume", "--run-dir", "run"] + options, code: code, needsRun: true, prepare: prepare)
  }
}
