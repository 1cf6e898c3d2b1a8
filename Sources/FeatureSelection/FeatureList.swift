import ConcreteAutoencoder
import Foundation
import Tables

/// A file that says something of features: a line each, `NAME,TEXT`, where NAME may be a number or a pattern and a comma,
/// a semicolon or a tab stands between. A first line that begins with `feature` or `name` is a header.
struct FeatureList {
  /// What a line says.
  struct Line {
    let number: Int
    let features: [Int]
    let text: String
  }

  let lines: [Line]
  private let file: String
  private let option: String

  /// Reads `file`, whose features are those of `schema`, a dataset at `path`.
  ///
  /// Throws `ConfigurationError` or `ColumnChoiceError`.
  init(_ file: String, _ schema: TableSchema, option: String, path: String) throws {
    (self.file, self.option) = (file, option)
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw ConfigurationError(
        option: option, problem: "\(file) cannot be read: it is missing, a directory, or no text")
    }
    var lines: [Line] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    where !line.allSatisfy(\.isWhitespace) {
      guard let separator = line.lastIndex(where: { ",;\t".contains($0) }) else {
        throw ConfigurationError(
          option: option, problem: "\(file):\(index + 1): '\(line)' is not a feature, a comma and a value")
      }
      let blank = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\""))
      let name = line[..<separator].trimmingCharacters(in: blank)
      if lines.isEmpty, ["feature", "name"].contains(name.lowercased()) { continue }
      lines.append(
        Line(
          number: index + 1,
          features: try schema.features(ColumnPatterns([name]), option: option, path: path),
          text: line[line.index(after: separator)...].trimmingCharacters(in: blank)))
    }
    self.lines = lines
  }

  /// What is wrong with a line.
  func error(_ line: Line, _ problem: String) -> ConfigurationError {
    ConfigurationError(option: option, problem: "\(file):\(line.number): '\(line.text)' \(problem)")
  }
}
