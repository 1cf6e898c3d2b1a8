import Foundation
import Logging

/// Warnings and errors of the library as lines on standard error.
struct StandardErrorLog: LogHandler {
  var metadata = Logger.Metadata()
  var logLevel = Logger.Level.notice

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { Messages.print(event.level, "\(event.message)") }
}
