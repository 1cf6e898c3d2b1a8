/// Why a safetensors file cannot be used.
package struct SafetensorsError: Error, Sendable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// What is wrong.
  package let problem: String
  /// Whether the system would not give the file's bytes: nothing is known of them then.
  package var isUnreadable = false

  /// The text shown to the user.
  package var description: String { "\(path): \(problem)" }
}
