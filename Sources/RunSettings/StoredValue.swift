import Foundation

/// A setting's value as it stands in a file that the program wrote: YAML's plain, single-quoted or double-quoted scalar.
struct StoredValue {
  /// The value's text.
  let text: String

  /// A value to write.
  init(_ text: String) { self.text = text }

  /// What stands behind the colon: the text itself where it can mean nothing else, else as JSON writes it, which YAML reads
  /// alike.
  var written: String {
    let isPlain = text.utf8.enumerated().allSatisfy { index, byte in
      Self.plain.contains(byte) || (index > 0 && Self.plainInside.contains(byte))
    }
    if isPlain, !text.isEmpty { return text }
    let quoted = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\t": "\\t"
      case _
      where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || Self.breaks.contains(scalar):
        "\\u" + String(format: "%04x", scalar.value)
      default: String(scalar)
      }
    }
    return "\"\(quoted.joined())\""
  }

  private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.+".utf8)
  private static let plainInside = Set("-,".utf8)
  /// What YAML takes for the end of a line, or drops, within a text.
  private static let breaks: Set<Unicode.Scalar> = ["\u{2028}", "\u{2029}", "\u{feff}"]

  /// Reads a value from the rest of its line and the lines it goes on in; nil if its quotes do not end, or hold what they
  /// may not.
  init?(lines: [Substring]) {
    var lines = lines.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \r")).unicodeScalars[...] }
    // Empty lines at the end are the file's.
    while lines.count > 1, lines[lines.count - 1].isEmpty { lines.removeLast() }
    guard let quote = lines[0].first, quote == "'" || quote == "\"" else {
      text = Self.folded(lines)
      return
    }
    lines[0].removeFirst()
    guard lines[lines.count - 1].popLast() == quote else { return nil }
    let inside = Self.folded(lines)
    guard let text = quote == "'" ? Self.unpaired(inside) : Self.unescaped(inside) else { return nil }
    self.text = text
  }

  /// Lines as one text: a break is a space, and each empty line between two others a line break.
  private static func folded(_ lines: [Substring.UnicodeScalarView]) -> String {
    var (text, emptyLines) = (String(lines[0]), 0)
    for (index, line) in lines.enumerated().dropFirst() {
      if line.isEmpty, index < lines.count - 1 {
        emptyLines += 1
      } else {
        text += (emptyLines > 0 ? String(repeating: "\n", count: emptyLines) : " ") + String(line)
        emptyLines = 0
      }
    }
    return text
  }

  /// The text of a single-quoted scalar, where two quotes stand for one; nil for one alone.
  private static func unpaired(_ text: String) -> String? {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "'", rest.popFirst() != "'" { return nil }
      result.append(scalar)
    }
    return String(result)
  }

  /// The text of a double-quoted scalar; nil for an escape that there is not.
  private static func unescaped(_ text: String) -> String? {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return nil }
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      guard let escape = rest.popFirst() else { return nil }
      if let digits = ["x": 2, "u": 4, "U": 8][escape] {
        guard let value = UInt32(String(rest.prefix(digits)), radix: 16), let decoded = Unicode.Scalar(value),
          rest.count >= digits
        else { return nil }
        result.append(decoded)
        rest = rest.dropFirst(digits)
      } else if let decoded = escapes[escape] {
        result.append(decoded)
      } else {
        return nil
      }
    }
    return String(result)
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "0": "\0", "a": "\u{7}", "b": "\u{8}", "t": "\t", "n": "\n", "v": "\u{b}", "f": "\u{c}", "r": "\r",
    "e": "\u{1b}",
    " ": " ", "\"": "\"", "/": "/", "\\": "\\", "N": "\u{85}", "_": "\u{a0}", "L": "\u{2028}",
    "P": "\u{2029}",
  ]
}
