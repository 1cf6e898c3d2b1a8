/// A checkpoint that cannot be used, or does not fit the run that is asked for.
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
  /// The file or directory.
  public let path: String
  /// What is wrong and what to do.
  public let problem: String
  /// Whether the content is proven not to be what was saved; false where it cannot be read or is of another version.
  public let isDamage: Bool

  /// Blames `path`.
  public init(path: String, problem: String, isDamage: Bool = false) {
    self.path = path
    self.problem = problem
    self.isDamage = isDamage
  }

  /// The text shown to the user.
  public var description: String { "\(path): \(problem)" }
}
