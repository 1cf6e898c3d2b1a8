import Foundation
import RunSettings
import Synchronization

/// Messages on standard error, as text or as JSON.
enum Messages {
  /// A form that messages have.
  enum Form: String, CaseIterable, Sendable {
    /// `cae: warning: ...`
    case text
    /// `{"level":"warning","message":"...","time":"2026-01-31T12:00:00Z"}`
    case json

    /// The form that a command line asks for, before it is parsed: what is wrong with it is told in that form as well.
    static func asked(in arguments: [String]) -> Form {
      let isJSON =
        arguments.contains("--log-format=json")
        || zip(arguments, arguments.dropFirst()).contains { $0 == "--log-format" && $1 == "json" }
      return isJSON ? .json : .text
    }
  }

  /// The form of those that come.
  static var form: Form {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  private static let current = Mutex(Form.text)

  /// What the library has to say.
  static let log = RunLog { level, message in print(level, message) }

  /// Writes a message as one line, if somebody reads it.
  static func print(_ level: RunLog.Level, _ message: String) {
    switch form {
    case .text: Failure.printError("cae: \(level): \(message)")
    case .json:
      let entry = Entry(
        level: "\(level)", message: message, time: Date().formatted(.iso8601))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      Failure.printError((try? encoder.encode(entry)).map { String(decoding: $0, as: UTF8.self) } ?? message)
    }
  }

  /// Says what is worth knowing: among the lines of a run, or in JSON as a message.
  static func note(_ text: String) {
    switch form {
    case .text: RunOutput.print("note: \(text)")
    case .json: print(.notice, text)
    }
  }

  private struct Entry: Encodable { let level, message, time: String }
}
