/// What went wrong in a process that reads a table for this one.
package struct ReaderProcessError: Error, Sendable, Equatable, Codable {
  /// What was wrong, where, and what to do.
  package let text: String
  /// Whether the fault is not in the data but in a disk or a process.
  package let isInputOutput: Bool

  init(_ text: String, isInputOutput: Bool) {
    (self.text, self.isInputOutput) = (text, isInputOutput)
  }
}

extension ReaderProcessError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String { text }
}
