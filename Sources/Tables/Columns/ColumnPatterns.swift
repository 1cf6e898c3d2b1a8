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
        return try ColumnNames.read(String(text.dropFirst()))
      })
  }
}
