/// A setting that cannot be used: which option, what is wrong with its value, what to do.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The option's name without dashes, as on the command line and in configuration files.
  public let option: String
  /// What is wrong, and what would be right.
  public let problem: String

  /// Blames `option`.
  public init(option: String, problem: String) {
    self.option = option
    self.problem = problem
  }

  /// The text shown to the user.
  public var description: String { "--\(option): \(problem)" }
}
