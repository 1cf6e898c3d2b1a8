/// Why a safetensors file cannot be used.
public struct SafetensorsError: Error, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong.
  public let problem: String
  /// Whether the system would not give the file's bytes: nothing is known of them then.
  package var isUnreadable = false

  /// The text shown to the user.
  public var description: String { "\(path): \(problem)" }
}
