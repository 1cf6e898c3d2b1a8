import AtomicFile
import Foundation

/// `metrics.jsonl`: a line is appended for each record; a resumed run cuts what lies after its step.
final class MetricsLog {
  private let path: String
  private let handle: FileHandle
  private let encoder = JSONEncoder()

  /// Opens the file, keeping the lines up to `step`.
  init(path: String, keepingUpTo step: Int) throws {
    self.path = path
    encoder.outputFormatting = [.sortedKeys]
    let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let decoder = JSONDecoder()
    let kept = old.split(separator: "\n").filter { line in
      (try? decoder.decode(MetricsRecord.self, from: Data(line.utf8))).map { $0.step <= step } ?? false
    }
    try AtomicFile.write(kept.map { $0 + "\n" }.joined(), to: path)
    guard let handle = FileHandle(forWritingAtPath: path) else { throw FileError("open", path: path) }
    self.handle = handle
    try handle.seekToEnd()
  }

  /// Appends a line.
  func append(_ record: MetricsRecord) throws {
    var line = try encoder.encode(record)
    line.append(UInt8(ascii: "\n"))
    do {
      try handle.write(contentsOf: line)
    } catch {
      throw FileError("write", path: path)
    }
  }
}
