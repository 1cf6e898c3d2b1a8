/// A checkpoint that cannot be used, or does not fit the run that is asked for.
package struct CheckpointError: Error, Sendable, CustomStringConvertible {
  /// The file or directory.
  package let path: String
  /// What is wrong and what to do.
  package let problem: String
  /// Whether the content is proven not to be what was saved; false where it cannot be read or is of another version.
  package let isDamage: Bool

  /// Blames `path`.
  package init(path: String, problem: String, isDamage: Bool = false) {
    self.path = path
    self.problem = problem
    self.isDamage = isDamage
  }

  /// The text shown to the user.
  package var description: String { "\(path): \(problem)" }
}
