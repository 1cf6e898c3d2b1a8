extension Canvas {
  /// The width of a line of text in pixels.
  public static func textWidth(_ text: String, scale: Int) -> Int {
    BitmapFont.width(of: text) * scale
  }

  /// Writes a line of text in the built-in font, which has printable ASCII; else a hollow box is drawn.
  ///
  /// - Parameters:
  ///   - text: the line.
  ///   - x: the left edge.
  ///   - y: the top of the capitals; they are 7 x `scale` pixels high.
  ///   - color: the ink.
  ///   - scale: pixels a font dot, at least 1.
  public mutating func text(_ text: String, x: Int, y: Int, color: Color, scale: Int) {
    precondition(scale >= 1, "text is scaled up by whole numbers from 1")
    var left = x
    for character in text {
      let glyph = BitmapFont.glyph(of: character)
      for (column, bits) in glyph.columns.enumerated() {
        for row in 0..<BitmapFont.height where bits >> UInt16(row) & 1 == 1 {
          fill(Rectangle(x: left + column * scale, y: y + row * scale, width: scale, height: scale), color)
        }
      }
      left += (glyph.width + BitmapFont.spacing) * scale
    }
  }

  /// Breaks text into lines no wider than `width` pixels: between words, within a word only if it is wider.
  static func wrapped(_ text: String, width: Int, scale: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace).flatMap({ pieces($0, width: width, scale: scale) })
    {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if line.isEmpty || textWidth(longer, scale: scale) <= width {
        line = longer
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private static func pieces(_ word: Substring, width: Int, scale: Int) -> [String] {
    var pieces = [""]
    for character in word {
      let longer = pieces[pieces.count - 1] + String(character)
      if textWidth(longer, scale: scale) <= width || pieces[pieces.count - 1].isEmpty {
        pieces[pieces.count - 1] = longer
      } else {
        pieces.append(String(character))
      }
    }
    return pieces
  }
}
