import AtomicFile
import Foundation
import Synchronization

/// What a long run prints: a line that cannot be written does not end the run, whose end tells of it.
enum RunOutput {
  private static let fault = Mutex<(any Error)?>(nil)

  /// Prints lines, those that a terminal has no room for in several.
  static func print(_ text: String) {
    guard let columns = Terminal.isInteractive ? Terminal.columns : nil else { return write(text + "\n") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      write(Paragraph(String(line)).lines(columns: columns).joined(separator: "\n") + "\n")
    }
  }

  /// Prints a text as it is.
  static func write(_ text: String) {
    do {
      try StandardOutput().append(text)
    } catch {
      fault.withLock { $0 = $0 ?? error }
    }
  }

  /// Says on standard error that lines were lost, if they were. A reader that left has not lost any.
  @discardableResult
  static func reportLoss() -> Bool {
    guard let fault = fault.withLock({ $0 }), !(fault is ClosedOutput) else { return false }
    StandardStreams.printError("cae: error: \(fault); what was printed is not complete, the files are")
    return true
  }

  /// Ends the process with the code of a fault in output if lines were lost.
  static func exitIfLost() {
    if reportLoss() { Foundation.exit(ExitStatus.inputOutput.rawValue) }
  }
}
