import Logging
import Synchronization

/// Keeps what is logged.
final class CapturedLog: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  struct Handler: LogHandler {
    let log: CapturedLog?
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      log?.add("\(event.level): \(event.message)")
    }
  }
}

extension Logger {
  /// For tests that do not look at what is logged.
  static var silent: Logger { Logger(label: "test") { _ in CapturedLog.Handler(log: nil) } }
}
