/// A title with a subtitle below it, broken into lines that fit a width.
struct Caption {
  /// Pixels a font dot of labels and subtitles.
  static let bodyScale = 2
  private static let titleScale = 3
  private static let spaceBelow = 18

  private let titleLines: [String]
  private let subtitleLines: [String]

  /// Breaks both texts into lines of at most `width` pixels; an empty text has no line.
  init(title: String, subtitle: String, width: Int) {
    titleLines = Canvas.wrapped(title, width: width, scale: Self.titleScale)
    subtitleLines = Canvas.wrapped(subtitle, width: width, scale: Self.bodyScale)
  }

  private static func lineHeight(_ scale: Int) -> Int { BitmapFont.lineHeight * scale }

  /// The height in pixels with the space below; 0 without text.
  var height: Int {
    let text =
      titleLines.count * Self.lineHeight(Self.titleScale)
      + subtitleLines.count * Self.lineHeight(Self.bodyScale)
    return text == 0 ? 0 : text + Self.spaceBelow
  }

  /// Draws the lines from (`x`, `y`) down.
  func draw(on canvas: inout Canvas, x: Int, y: Int) {
    var top = y
    for line in titleLines {
      canvas.text(line, x: x, y: top, color: Palette.text, scale: Self.titleScale)
      top += Self.lineHeight(Self.titleScale)
    }
    for line in subtitleLines {
      canvas.text(line, x: x, y: top, color: Palette.secondaryText, scale: Self.bodyScale)
      top += Self.lineHeight(Self.bodyScale)
    }
  }
}
