import SelectionReport
import Testing

@Suite("Text in the built-in font")
struct TextTests {
  static let ink = Color(255, 255, 255)
  static let printable = (33..<127).map { Character(UnicodeScalar(UInt8($0))) }

  static func drawn(_ text: String, scale: Int = 1, width: Int = 80) -> Canvas {
    var canvas = Canvas(width: width, height: 12 * scale, background: Color(0, 0, 0))
    canvas.text(text, x: 1, y: 1, color: ink, scale: scale)
    return canvas
  }

  static func rows(_ canvas: Canvas) -> [String] {
    let bounds = canvas.bounds(of: ink)!
    return (bounds.y..<bounds.y + bounds.height).map { y in
      String((bounds.x..<bounds.x + bounds.width).map { canvas[$0, y] == ink ? "#" : "." })
    }
  }

  @Test("letters have their shape")
  func shapes() {
    #expect(Self.rows(Self.drawn("L")) == ["#....", "#....", "#....", "#....", "#....", "#....", "#####"])
    #expect(Self.rows(Self.drawn("+")) == ["..#..", "..#..", "#####", "..#..", "..#.."])
    #expect(Self.rows(Self.drawn("i")) == ["#", ".", "#", "#", "#", "#", "#"])
  }

  @Test("no two printable characters look the same, and none is blank or the hollow box")
  func distinct() {
    let box = Self.drawn("\u{E9}")
    var seen: [[UInt8]: Character] = [:]
    for character in Self.printable {
      let canvas = Self.drawn(String(character))
      #expect(canvas.count(of: Self.ink) >= 1, "\(character) is blank")
      #expect(canvas != box, "\(character) is missing from the font")
      #expect(seen[canvas.bytes] == nil, "\(character) looks like \(seen[canvas.bytes]!)")
      seen[canvas.bytes] = character
    }
    #expect(Self.rows(box).first == "#####")
  }

  @Test("digits are all as wide, so that numbers line up")
  func digits() {
    let widths = Set("0123456789".map { Canvas.textWidth(String($0), scale: 2) })
    #expect(widths == [10])
  }

  @Test("capitals and digits stand on the baseline; only descenders hang below it")
  func baseline() {
    for character in "0123456789ABCDEFGHIJKLMNOPRSTUVWXYZabcdefhiklmnorstuvwxz" {
      let bounds = Self.drawn(String(character)).bounds(of: Self.ink)!
      #expect(bounds.y + bounds.height == 8, "the foot of \(character)")
    }
    for character in "gjpqy" {
      let bounds = Self.drawn(String(character)).bounds(of: Self.ink)!
      #expect(bounds.y + bounds.height == 10, "the foot of \(character)")
    }
  }

  @Test("text is as wide as it says and scales by whole dots", arguments: 1...4)
  func widthAndScale(scale: Int) {
    let text = "MSE 0.0136 (50%)"
    let canvas = Self.drawn(text, scale: scale, width: 500)
    let bounds = canvas.bounds(of: Self.ink)!
    #expect(bounds.width == Canvas.textWidth(text, scale: scale))
    #expect(canvas.count(of: Self.ink) == Self.drawn(text, width: 500).count(of: Self.ink) * scale * scale)
    #expect(Canvas.textWidth("", scale: scale) == 0)
  }
}
