import Foundation

/// Names, numbers or patterns of columns (`MT-*`; `?` is one character), and files of such (`@FILE`, one a line).
public struct ColumnPatterns: Sendable, Hashable, Codable {
  /// As they were given.
  public var texts: [String]

  /// These names or patterns.
  public init(_ texts: [String] = []) { self.texts = texts }

  /// The same with the lines of files in place of these. Throws `DataError` where one cannot be read.
  func expanded() throws -> ColumnPatterns {
    ColumnPatterns(
      try texts.flatMap { text -> [String] in
        guard text.hasPrefix("@") else { return [text] }
        let path = String(text.dropFirst())
        var bytes: [UInt8] = []
        try InputFile(path).forEachPiece { bytes += $0 }
        guard let lines = String(validating: bytes, as: UTF8.self) else {
          throw TextTableError(path: path, problem: .notText)
        }
        return lines.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
          .filter { !$0.isEmpty }
      })
  }
}
