/// Why a safetensors file cannot be used.
public struct SafetensorsError: Error, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong.
  public let problem: String

  /// The text shown to the user.
  public var description: String { "\(path): \(problem)" }
}
