import AtomicFile
import DistributedTraining
import Foundation

/// `metrics.jsonl`: a line is appended for each record; a resumed run cuts what lies after its step.
package final class MetricsLog {
  private let path: String
  private let handle: FileHandle
  private let encoder = JSONEncoder()
  private var length: UInt64

  /// Opens the file, keeping the lines up to `step`.
  init(path: String, keepingUpTo step: Int) throws {
    self.path = path
    encoder.outputFormatting = [.sortedKeys]
    let kept = Self.lines(path).filter { $0.record.step <= step }.map(\.text)
    try AtomicFile.write(kept.map { $0 + "\n" }.joined(), to: path)
    guard let handle = FileHandle(forWritingAtPath: path) else { throw FileError("open", path: path) }
    self.handle = handle
    length = try handle.seekToEnd()
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

  /// Appends a line, or leaves the file as it was and throws.
  func append(_ record: MetricsRecord) throws {
    var line = try encoder.encode(record)
    line.append(UInt8(ascii: "\n"))
    try line.withUnsafeBytes { bytes in
      let written = write(handle.fileDescriptor, bytes.baseAddress, bytes.count)
      guard written != bytes.count else { return }
      let failure = FileError("write", path: path, code: written < 0 ? errno : ENOSPC)
      // A torn line would spoil the one that comes after it.
      try handle.truncate(atOffset: length)
      throw failure
    }
    length += UInt64(line.count)
  }
}
