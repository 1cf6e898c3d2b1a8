/// A value written as Python writes it: what the header of an NPY file is made of.
enum PythonLiteral: Equatable {
  case text(String)
  case number(Int)
  case flag(Bool)
  /// A tuple or a list.
  case sequence([PythonLiteral])
  case dictionary([String: PythonLiteral])
  case none

  /// Reads a literal that takes up all of `text`; nil if it is not one.
  init?(_ text: some Sequence<UInt8>) {
    var parser = Parser(bytes: Array(text))
    guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
    self = value
  }

  private struct Parser {
    let bytes: [UInt8]
    var place = 0

    /// Deeper than any header is.
    private static let largestDepth = 16

    mutating func skipBlanks() {
      while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return place == bytes.count
      }
    }

    /// Steps over `character`, if it is next.
    mutating func take(_ character: Character) -> Bool {
      skipBlanks()
      guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
      place += 1
      return true
    }

    mutating func value(depth: Int) -> PythonLiteral? {
      guard depth < Self.largestDepth else { return nil }
      if take("'") { return string(until: "'") }
      if take("\"") { return string(until: "\"") }
      if take("(") { return sequence(until: ")", depth: depth) }
      if take("[") { return sequence(until: "]", depth: depth) }
      if take("{") { return dictionary(depth: depth) }
      skipBlanks()
      let start = place
      while place < bytes.count,
        Character(UnicodeScalar(bytes[place])).isLetter
          || Character(UnicodeScalar(bytes[place])).isNumber || bytes[place] == UInt8(ascii: "-")
      { place += 1 }
      let word = String(decoding: bytes[start..<place], as: UTF8.self)
      switch word {
      case "True": return .flag(true)
      case "False": return .flag(false)
      case "None": return PythonLiteral.none
      default:
        // Python 2 wrote long numbers as 5L.
        return Int(word.hasSuffix("L") ? String(word.dropLast()) : word).map { .number($0) }
      }
    }

    private mutating func string(until quote: Character) -> PythonLiteral? {
      var content: [UInt8] = []
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        if byte == quote.asciiValue { return .text(String(decoding: content, as: UTF8.self)) }
        if byte == UInt8(ascii: "\\") {
          guard let character = escaped() else { return nil }
          content += Array(String(character).utf8)
        } else {
          content.append(byte)
        }
      }
      return nil
    }

    /// The character that stands after a backslash, as Python's `repr` writes them.
    private mutating func escaped() -> Character? {
      guard place < bytes.count else { return nil }
      let mark = Character(UnicodeScalar(bytes[place]))
      place += 1
      let digits: [Character: Int] = ["x": 2, "u": 4, "U": 8]
      guard let count = digits[mark] else { return ["n": "\n", "r": "\r", "t": "\t"][mark] ?? mark }
      guard place + count <= bytes.count,
        let code = UInt32(String(decoding: bytes[place..<place + count], as: UTF8.self), radix: 16),
        let scalar = UnicodeScalar(code)
      else { return nil }
      place += count
      return Character(scalar)
    }

    private mutating func sequence(until end: Character, depth: Int) -> PythonLiteral? {
      var items: [PythonLiteral] = []
      while !take(end) {
        guard let item = value(depth: depth + 1) else { return nil }
        items.append(item)
        if !take(",") {
          guard take(end) else { return nil }
          break
        }
      }
      return .sequence(items)
    }

    private mutating func dictionary(depth: Int) -> PythonLiteral? {
      var entries: [String: PythonLiteral] = [:]
      while !take("}") {
        guard case .text(let key)? = value(depth: depth + 1), take(":"), let item = value(depth: depth + 1)
        else {
          return nil
        }
        entries[key] = item
        if !take(",") {
          guard take("}") else { return nil }
          break
        }
      }
      return .dictionary(entries)
    }
  }
}
