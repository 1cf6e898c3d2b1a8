/// A checkpoint that cannot be used, or does not fit the run that is asked for.
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
  /// The file or directory.
  public let path: String
  /// What is wrong and what to do.
  public let problem: String

  /// Blames `path`.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// The text shown to the user.
  public var description: String { "\(path): \(problem)" }
}
