import SelectionReport
import Testing

@Suite("Canvas")
struct CanvasTests {
  static let red = Color(255, 0, 0)
  static let black = Color(0, 0, 0)

  @Test("a background paints every pixel, in the order of red, green, blue")
  func background() {
    let canvas = Canvas(width: 2, height: 2, background: Color(1, 2, 3))
    #expect(canvas.bytes == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
  }

  @Test(
    "a rectangle paints the part on the canvas",
    arguments: [
      (Rectangle(x: 1, y: 1, width: 2, height: 1), 2), (Rectangle(x: -3, y: -3, width: 5, height: 5), 4),
      (Rectangle(x: 3, y: 3, width: 100, height: 100), 1), (Rectangle(x: 4, y: 0, width: 1, height: 1), 0),
      (Rectangle(x: 0, y: 0, width: 0, height: 4), 0), (Rectangle(x: 2, y: 2, width: -2, height: 2), 0),
      (Rectangle(x: -9, y: -9, width: 99, height: 99), 16),
    ])
  func rectangle(rectangle: Rectangle, painted: Int) {
    var canvas = Canvas(width: 4, height: 4, background: Self.black)
    canvas.fill(rectangle, Self.red)
    #expect(canvas.count(of: Self.red) == painted)
    for y in 0..<4 {
      for x in 0..<4 {
        let isInside =
          rectangle.x <= x && x < rectangle.x + rectangle.width && rectangle.y <= y
          && y < rectangle.y + rectangle.height
        #expect(canvas[x, y] == (isInside ? Self.red : Self.black), "pixel \(x), \(y)")
      }
    }
  }

  @Test("an outline paints the edge alone", arguments: [(1, 18), (2, 28), (3, 30), (9, 30)])
  func outline(thickness: Int, painted: Int) {
    var canvas = Canvas(width: 10, height: 10, background: Self.black)
    canvas.outline(Rectangle(x: 2, y: 3, width: 6, height: 5), Self.red, thickness: thickness)
    #expect(canvas.count(of: Self.red) == painted)
    #expect(canvas.bounds(of: Self.red) == Rectangle(x: 2, y: 3, width: 6, height: 5))
  }

  @Test("blit scales up, clamps, and shows what is no number")
  func blit() {
    let values: [Float] = [0, 1, 0.5, -3, 7, .infinity, -.infinity, .nan, 0.2]
    var canvas = Canvas(width: 20, height: 20, background: Self.red)
    canvas.blit(values, grid: ImageGrid(rows: 3, columns: 3), x: 1, y: 2, scale: 3)
    let white = Color(255, 255, 255)
    let expected = [
      Self.black, white, Color(128, 128, 128), Self.black, white, white, Self.black, Palette.invalid,
      Color(51, 51, 51),
    ]
    for (index, color) in expected.enumerated() {
      for dot in 0..<9 {
        let x = 1 + index % 3 * 3 + dot % 3
        let y = 2 + index / 3 * 3 + dot / 3
        #expect(canvas[x, y] == color, "value \(values[index]), pixel \(x), \(y)")
      }
    }
    #expect(canvas.count(of: Self.red) == 400 - 81)
  }

  @Test("blit cuts off what reaches beyond the edges")
  func blitClips() {
    var canvas = Canvas(width: 3, height: 3, background: Self.red)
    canvas.blit([1, 1, 1, 1], grid: ImageGrid(rows: 2, columns: 2), x: -1, y: 1, scale: 2)
    #expect(canvas.count(of: Color(255, 255, 255)) == 6)
  }

  @Test("a colour is mixed by parts and clamped")
  func mixing() {
    let from = Color(0, 100, 255)
    let to = Color(255, 200, 0)
    #expect(from.mixed(with: to, fraction: 0.5) == Color(128, 150, 128))
    for fraction: Double in [0, -1, -.infinity, .nan] {
      #expect(from.mixed(with: to, fraction: fraction) == from)
    }
    for fraction: Double in [1, 2, .infinity] { #expect(from.mixed(with: to, fraction: fraction) == to) }
  }
}
