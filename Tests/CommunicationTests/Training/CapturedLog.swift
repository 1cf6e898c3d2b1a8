import RunSettings
import Synchronization

/// Keeps what a run says.
final class CapturedLog: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }
  var runLog: RunLog {
    RunLog { level, message in self.lines.withLock { $0.append("\(level): \(message)") } }
  }
}
