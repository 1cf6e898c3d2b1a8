import AtomicFile
import DistributedTraining
import Foundation

/// `metrics.jsonl`: a line is appended for each record; a resumed run cuts what lies after its step.
package final class MetricsLog {
  private let file: AppendedFile
  private let encoder = JSONEncoder()
  /// Lines that could not be written yet.
  private var waiting = Data()
  private(set) var waitingCount = 0
  /// Lines that there was no room to keep.
  private(set) var lostCount = 0

  private static let mostWaitingBytes = 1 << 24

  /// Opens the file, keeping the lines up to `step`.
  init(path: String, keepingUpTo step: Int) throws {
    encoder.outputFormatting = [.sortedKeys]
    let kept = Self.lines(path).filter { $0.record.step <= step }.map(\.text)
    try AtomicFile.write(kept.map { $0 + "\n" }.joined(), to: path)
    file = try AppendedFile(path)
  }

  /// The lines of a file that can be read; none without one.
  package static func read(_ path: String) -> [MetricsRecord] { lines(path).map(\.record) }

  private static func lines(_ path: String) -> [(text: Substring, record: MetricsRecord)] {
    // Torn lines of a crash need not be text.
    let text = String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    let decoder = JSONDecoder()
    return text.split(separator: "\n").compactMap { line in
      (try? decoder.decode(MetricsRecord.self, from: Data(line.utf8))).map { (line, $0) }
    }
  }

  /// Appends a line, after those that wait; or leaves the file as it was, keeps the line for later and throws.
  func append(_ record: MetricsRecord) throws {
    let line = try encoder.encode(record)
    if waiting.count + line.count > Self.mostWaitingBytes {
      lostCount += 1
    } else {
      waiting += line
      waiting.append(UInt8(ascii: "\n"))
      waitingCount += 1
    }
    try flush()
  }

  /// Writes the lines that wait, or leaves the file as it was and throws.
  func flush() throws {
    guard !waiting.isEmpty else { return }
    try file.append(waiting)
    waiting.removeAll(keepingCapacity: true)
    waitingCount = 0
  }
}
