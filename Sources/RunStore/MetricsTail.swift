import DistributedTraining
import Foundation

/// Follows `metrics.jsonl` while another process writes it; a file that was cut or replaced is read from its start.
package final class MetricsTail {
  private let path: String
  private var handle: FileHandle?
  private var inode: UInt64 = 0
  private var offset: UInt64 = 0
  /// The beginning of a line whose end was not there yet.
  private var rest = Data()

  /// Follows the file at `path`, which need not exist yet.
  package init(path: String) { self.path = path }

  /// The lines that came since the last call, and whether all before them are void.
  package func read() -> (records: [MetricsRecord], isAnew: Bool) {
    var status = stat()
    guard stat(path, &status) == 0 else { return ([], false) }
    let isAnew = handle == nil || UInt64(status.st_ino) != inode || UInt64(status.st_size) < offset
    if isAnew {
      handle = FileHandle(forReadingAtPath: path)
      (inode, offset, rest) = (UInt64(status.st_ino), 0, Data())
    }
    guard let data = try? handle?.readToEnd(), !data.isEmpty else { return ([], isAnew) }
    offset += UInt64(data.count)
    var lines = (rest + data).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    rest = Data(lines.removeLast())
    let decoder = JSONDecoder()
    return (lines.compactMap { try? decoder.decode(MetricsRecord.self, from: Data($0)) }, isAnew)
  }
}
