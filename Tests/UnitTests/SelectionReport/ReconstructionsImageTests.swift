import SelectionReport
import Testing

@Suite("Picture of reconstructions")
struct ReconstructionsImageTests {
  static let grid = ImageGrid(rows: 28, columns: 28)

  static func image(_ index: Int) -> [Float] { (0..<784).map { Float(($0 + 31 * index) % 101) / 100 } }

  static func picture(n: Int, selected: [Int], subtitle: String = "") -> Canvas {
    let originals = (0..<n).flatMap(image)
    return ReconstructionsImage(
      originals: originals, reconstructions: originals.map { 1 - $0 }, selected: selected, grid: grid,
      title: "Reconstructions", subtitle: subtitle
    ).canvas()
  }

  @Test("rows show original, selected pixels alone, reconstruction and error, four pixels a value")
  func rows() {
    let selected = [0, 29, 400, 783, 29]
    // The corners of the second row's first and last image are selected, so the hidden colour is
    // looked for one column in.
    let canvas = Self.picture(n: 10, selected: selected)
    #expect((300...1600).contains(canvas.width))
    let seen = canvas.bounds(of: Palette.hidden)!
    let (pitch, step) = (28 * 4 + 8, 28 * 4 + 8)
    #expect(seen.width == 9 * step + 28 * 4)
    #expect(seen.height == 28 * 4)
    for image in [0, 4, 9] {
      let values = Self.image(image)
      for feature in 0..<784 {
        let x = seen.x + image * step + feature % 28 * 4
        let y = seen.y + feature / 28 * 4
        let value = values[feature]
        for corner in [0, 3] {
          #expect(canvas[x + corner, y - pitch + corner] == ColorRamp.grey.color(of: value))
          let shown = selected.contains(feature) ? ColorRamp.grey.color(of: value) : Palette.hidden
          #expect(canvas[x + corner, y + corner] == shown, "image \(image), feature \(feature)")
          #expect(canvas[x + corner, y + pitch + corner] == ColorRamp.grey.color(of: 1 - value))
          let error = abs(value - (1 - value))
          #expect(canvas[x + corner, y + 2 * pitch + corner] == ColorRamp.error.color(of: error))
        }
      }
    }
  }

  @Test("the error of each column is written below it")
  func errors() {
    // Reconstruction = original + 0.5 on every pixel: an error of 0.25.
    let originals = [Float](repeating: 0.25, count: 784)
    let canvas = ReconstructionsImage(
      originals: originals, reconstructions: originals.map { $0 + 0.5 }, selected: [0], grid: Self.grid,
      title: ""
    ).canvas()
    // Without a title, bright text is the number alone.
    let text = canvas.bounds(of: Palette.text)!
    var expected = Canvas(width: 100, height: 40)
    expected.text("0.2500", x: 0, y: 0, color: Palette.text, scale: 2)
    #expect(text.width == Canvas.textWidth("0.2500", scale: 2))
    for y in 0..<text.height {
      for x in 0..<text.width {
        #expect(
          (canvas[text.x + x, text.y + y] == Palette.text) == (expected[x, y] == Palette.text),
          "pixel \(x), \(y)")
      }
    }
  }

  @Test("images that do not fit go on in further rows, none is lost", arguments: [1, 2, 10, 12, 23])
  func blocks(n: Int) {
    let canvas = Self.picture(n: n, selected: [])
    #expect((300...1600).contains(canvas.width))
    #expect(canvas.count(of: Palette.hidden) == n * 112 * 112)
  }

  @Test("reconstructions that are not finite are drawn in the colour for it")
  func nonFinite() {
    let canvas = ReconstructionsImage(
      originals: [Float](repeating: 0, count: 64), reconstructions: [Float](repeating: .nan, count: 64),
      selected: [3], grid: ImageGrid(rows: 8, columns: 8), title: "Diverged"
    ).canvas()
    #expect(canvas.count(of: Palette.invalid) == 2 * 128 * 128, "reconstruction and error")
  }

  @Test("pictures of any grid have a sensible size and show all rows", arguments: ImageCase.all)
  func grids(_ item: ImageCase) {
    let originals = (0..<10).flatMap { _ in item.mean }
    let canvas = ReconstructionsImage(
      originals: originals, reconstructions: originals.map { $0 * 0.5 },
      selected: item.selection.features.map(\.feature), grid: item.grid, title: "Reconstructions"
    ).canvas()
    #expect((300...1600).contains(canvas.width), "width \(canvas.width)")
    #expect((150...2400).contains(canvas.height), "height \(canvas.height)")
    #expect((canvas.count(of: Palette.hidden) > 0) == (item.k < item.grid.count))
  }
}
