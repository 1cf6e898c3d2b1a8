/// The font of the captions: printable ASCII, up to five columns wide, seven rows on the baseline, two below.
///
/// Letters are as wide as their ink; digits all have the same width, so that numbers line up.
enum BitmapFont {
  /// Rows from the top of a capital to the foot of a descender.
  static let height = 9
  /// Rows from the top of a capital to the baseline.
  static let capHeight = 7
  /// Rows from one line's top to the next.
  static let lineHeight = 12
  /// Columns between two letters.
  static let spacing = 1

  /// One character: `columns[x]` has bit `y` set where there is ink in row `y`.
  struct Glyph: Sendable, Equatable {
    var columns: [UInt16]
    var width: Int { columns.count }
  }

  private static let columnsInSheet = 5

  private static let glyphs: [Glyph] = parse(sheet)

  /// A hollow box, for what the font does not have.
  private static let missing = Glyph(columns: [0x7F, 0x41, 0x41, 0x41, 0x7F])

  /// The glyph of a character, or a hollow box.
  static func glyph(of character: Character) -> Glyph {
    guard let ascii = character.asciiValue, 32..<127 ~= ascii else { return missing }
    return glyphs[Int(ascii) - 32]
  }

  /// The width of a line in font columns, without space after the last letter.
  static func width(of text: String) -> Int {
    max(0, text.reduce(0) { $0 + glyph(of: $1).width + spacing } - spacing)
  }

  private static func parse(_ sheet: String) -> [Glyph] {
    let lines = sheet.split(separator: "\n", omittingEmptySubsequences: true).map(Array.init)
    precondition(lines.count % height == 0, "each band of the sheet has \(height) rows")
    var glyphs: [Glyph] = []
    for band in stride(from: 0, to: lines.count, by: height) {
      for left in stride(from: 0, to: lines[band].count, by: columnsInSheet + 1) {
        let columns = (left..<left + columnsInSheet).map { x in
          (0..<height).reduce(UInt16(0)) { bits, y in
            lines[band + y][x] == "#" ? bits | 1 << UInt16(y) : bits
          }
        }
        glyphs.append(trimmed(columns, code: 32 + glyphs.count))
      }
    }
    precondition(glyphs.count == 95, "the sheet holds printable ASCII")
    return glyphs
  }

  private static func trimmed(_ columns: [UInt16], code: Int) -> Glyph {
    if code == 32 { return Glyph(columns: [0, 0, 0]) }
    if 48...57 ~= code { return Glyph(columns: columns) }
    let ink = columns.drop { $0 == 0 }.reversed().drop { $0 == 0 }.reversed()
    return Glyph(columns: Array(ink))
  }
}
