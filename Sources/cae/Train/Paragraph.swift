/// A line of text that may need several on a terminal.
struct Paragraph {
  private let text: String

  init(_ text: String) { self.text = text }

  /// The text in lines of at most `columns` characters, as far as its words allow; what follows the first begins where the
  /// text behind the first two blanks does.
  func lines(columns: Int) -> [String] {
    guard text.count > columns else { return [text] }
    let indent = String(repeating: " ", count: indentation(columns))
    var lines = [""]
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let isFirst = lines[lines.count - 1].isEmpty
      if !isFirst, lines[lines.count - 1].count + 1 + word.count > columns, !word.isEmpty {
        lines.append(indent + word)
      } else {
        lines[lines.count - 1] += (isFirst ? "" : " ") + word
      }
    }
    return lines
  }

  private func indentation(_ columns: Int) -> Int {
    guard let gap = text.range(of: "  ") else { return 0 }
    let start = text[gap.upperBound...].firstIndex { $0 != " " } ?? text.endIndex
    let width = text.distance(from: text.startIndex, to: start)
    return width < columns / 2 ? width : 0
  }
}
