import AtomicFile
import Foundation

/// Copies of gzip files in the cache, unpacked: too large for a copy in the memory of each rank, so that all map one.
enum UnpackedFile {
  /// The content of `file`, unpacked, under a name in `cache` that changes with its path, size and times.
  ///
  /// Made where it is not there, instead of an older one. Throws `DataError` for a damaged file, `surplus` where it holds more than
  /// `count` bytes, and `FileError`.
  static func open(_ file: InputFile, count: Int, cache: String, surplus: DataError) throws -> InputFile {
    let name = StagedTableWriter.name(file.path).prefix(100)
    let stem = "\(name)-\(key(URL(fileURLWithPath: file.path).standardizedFileURL.path))-"
    let stamp = try file.stamp()
    let path = "\(cache)/\(stem)\(key("\(stamp.size) \(stamp.modified) \(stamp.changed)")).unpacked"
    if let found = try? InputFile(path), found.count == count { return found }
    return try TableStaging.inDirectory(cache) {
      var written = 0
      try AtomicFile.write(to: path) { output in
        try file.forEachPiece { piece in
          written += piece.count
          guard written <= count else { throw surplus }
          try output.append(piece)
        }
      }
      guard try file.stamp() == stamp else {
        unlink(path)
        throw StagingError.changed(path: file.path)
      }
      for other in (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
      where other.hasPrefix(stem) && "\(cache)/\(other)" != path {
        unlink("\(cache)/\(other)")
      }
      return try InputFile(path)
    }
  }

  private static func key(_ text: String) -> Substring { ContentHash.text(of: text).prefix(12) }
}
