import Foundation

/// What keeps a test from running a program.
public struct ProcessSupportError: Error, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  init(_ description: String) { self.description = description }

  init(_ action: String, _ code: Int32) {
    description = "cannot \(action): \(String(cString: strerror(code)))"
  }
}
