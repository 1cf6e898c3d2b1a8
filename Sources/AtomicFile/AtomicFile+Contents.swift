import Foundation

extension AtomicFile {
  /// Runs `body`, which appends the contents, and puts the file at `path`.
  ///
  /// Throws `FileError` and what `body` throws; what was there before then stays.
  package static func write(to path: String, _ body: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(path)
    try body(file)
    try file.commit()
  }

  /// Writes `contents` as the whole file; throws `FileError`.
  package static func write(_ contents: some ContiguousBytes, to path: String) throws {
    try write(to: path) { file in try contents.withUnsafeBytes { try file.append($0) } }
  }

  /// Writes `text` in UTF-8 as the whole file; throws `FileError`.
  package static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }
}
