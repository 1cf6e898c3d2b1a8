import Foundation

/// Tells how far a table is read, where that takes long.
package final class StagingProgress {
  private let name: String
  private let report: (String) -> Void
  private let start: Date
  private var last: Date
  private var noted: ((Int) -> Void)?
  /// Bytes of the files that are read.
  package var total = 0
  /// Bytes of those that have been read before.
  package var done = 0

  /// Seconds before the first word, and between two.
  private static let (patience, interval) = (4.0, 5.0)

  /// Calls `report` with lines such as "reading t.csv: 34 %", the first after some seconds.
  package init(_ name: String, at start: Date = Date(), report: @escaping (String) -> Void) {
    (self.name, self.report) = (name, report)
    (self.start, last) = (start, start)
  }

  /// Only calls `noted` with what is noted.
  convenience init(noted: @escaping (Int) -> Void) {
    self.init("") { _ in }
    self.noted = noted
  }

  /// Notes that the first `bytes` of the file under way have been read.
  package func note(_ bytes: Int, at now: Date = Date()) {
    noted?(bytes)
    guard now.timeIntervalSince(start) > Self.patience, now.timeIntervalSince(last) > Self.interval, total > 0
    else { return }
    last = now
    report("reading \(name): \(min(100, (done + bytes) * 100 / total)) %")
  }
}
