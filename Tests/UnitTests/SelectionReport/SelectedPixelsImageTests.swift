import SelectionReport
import Testing

@Suite("Picture of the selected pixels")
struct SelectedPixelsImageTests {
  /// On 28 x 28 a cell is 25 pixels; lines of one pixel stand between cells.
  static let cell = 25

  static func picture(_ selection: Selection, title: String = "Selected pixels") -> Canvas {
    SelectedPixelsImage(
      selection: selection, grid: ImageGrid(rows: 28, columns: 28),
      mean: (0..<784).map { Float($0) / 783 }, title: title, subtitle: "MNIST"
    ).canvas()
  }

  static func origin(_ canvas: Canvas) -> (x: Int, y: Int) {
    let bounds = canvas.bounds(of: Palette.line)!
    return (bounds.x, bounds.y)
  }

  static func center(_ canvas: Canvas, row: Int, column: Int) -> Color {
    let (x, y) = origin(canvas)
    return canvas[x + column * cell + cell / 2, y + row * cell + cell / 2]
  }

  @Test("every pixel of the grid has the colour of its state")
  func states() {
    let indices = [0, 27, 400, 783, 756]
    let selection = Selection(
      indices: indices, probabilities: [1, 0.9, 0.89, 0.1, .nan], featureCount: 784)
    let canvas = Self.picture(selection)
    let bounds = canvas.bounds(of: Palette.line)!
    #expect(bounds.width == 28 * Self.cell + 1)
    #expect(bounds.height == 28 * Self.cell + 1)
    for feature in 0..<784 {
      let color = Self.center(canvas, row: feature / 28, column: feature % 28)
      if [0, 27].contains(feature) {
        #expect(color == Palette.selected, "feature \(feature)")
      } else if indices.contains(feature) {
        #expect(color != Palette.selected && color.blue > color.red + 8, "feature \(feature)")
      } else {
        #expect(color == ColorRamp.dimGrey.color(of: Float(feature) / 783), "feature \(feature)")
      }
    }
  }

  @Test("an unconverged pixel has a ring, brighter inside the surer it is")
  func intensity() {
    let probabilities = [0.05, 0.3, 0.6, 0.85]
    let selection = Selection(
      indices: [30, 33, 36, 39], probabilities: probabilities, featureCount: 784)
    let canvas = Self.picture(selection)
    let inside = (0..<4).map { Self.center(canvas, row: 1, column: 2 + 3 * $0).blue }
    #expect(inside == inside.sorted() && Set(inside).count == 4, "\(inside)")
    let (x, y) = Self.origin(canvas)
    for column in [2, 5, 8, 11] {
      #expect(canvas[x + column * Self.cell + 1, y + Self.cell + 12] == Palette.unconverged)
    }
  }

  @Test("a pixel selected more than once shows a number and counts as its surest selector")
  func duplicates() {
    func ink(_ canvas: Canvas) -> Set<Int> {
      let (x, y) = Self.origin(canvas)
      let cell = (x: x + 14 * Self.cell, y: y + 14 * Self.cell)
      return Set(
        (0..<Self.cell * Self.cell).filter {
          canvas[cell.x + $0 % Self.cell, cell.y + $0 / Self.cell] == Palette.background
        })
    }
    let pictures = (1...3).map { count in
      Self.picture(
        Selection(
          indices: Array(repeating: 406, count: count),
          probabilities: Array([0.95, 0.2, 0.3].prefix(count)), featureCount: 784))
    }
    #expect(ink(pictures[0]).isEmpty)
    #expect(ink(pictures[1]).count > 20)
    #expect(ink(pictures[2]).count > 20)
    #expect(ink(pictures[1]) != ink(pictures[2]), "2 and 3 look different")
    let (x, y) = Self.origin(pictures[2])
    #expect(pictures[2][x + 14 * Self.cell + 1, y + 14 * Self.cell + 1] == Palette.selected)
  }

  @Test("the legend tells only what there is to tell")
  func legend() {
    let clean = Self.picture(Selection(indices: [5], probabilities: [1], featureCount: 784))
    #expect(clean.count(of: Palette.unconverged) == 0)
    let unsure = Self.picture(Selection(indices: [5], probabilities: [0.5], featureCount: 784))
    let grid = unsure.bounds(of: Palette.line)!
    let below = (grid.y + grid.height..<unsure.height).contains { y in
      (0..<unsure.width).contains { unsure[$0, y] == Palette.unconverged }
    }
    #expect(below)
  }

  @Test("a long title is broken into lines instead of being cut off")
  func longTitle() {
    let short = Self.picture(Selection(indices: [5], probabilities: [1], featureCount: 784))
    let selection = Selection(indices: [5], probabilities: [1], featureCount: 784)
    for title in [
      Array(repeating: "word", count: 40).joined(separator: " "), String(repeating: "w", count: 200),
    ] {
      let long = Self.picture(selection, title: title)
      #expect(long.width == short.width)
      #expect(long.height > short.height)
      let text = long.bounds(of: Palette.text)!
      #expect(text.x >= 24 && text.x + text.width <= long.width - 24)
    }
  }

  @Test("pictures of any grid have a sensible size and show every mark", arguments: ImageCase.all)
  func grids(_ item: ImageCase) {
    let canvas = SelectedPixelsImage(
      selection: item.selection, grid: item.grid, mean: item.mean, title: "Selected pixels"
    ).canvas()
    #expect((300...1650).contains(canvas.width), "width \(canvas.width)")
    #expect((100...1850).contains(canvas.height), "height \(canvas.height)")
    let converged = item.selection.features.count { $0.isConverged }
    // Marks and the legend's swatch (18 x 18) are squares of one colour; the smallest mark is 7 x 7.
    let pixels = canvas.count(of: Palette.selected) - 18 * 18
    #expect(pixels >= converged * 7 * 7)
    #expect(pixels % converged == 0, "\(converged) marks of one size")
    #expect((canvas.count(of: Palette.unconverged) > 0) == (converged < item.k))
  }

  @Test("a mean image that is not finite shows where, and does not fail")
  func brokenMean() {
    var mean = [Float](repeating: 0.5, count: 64)
    mean[9] = .nan
    mean[10] = .infinity
    let canvas = SelectedPixelsImage(
      selection: Selection(indices: [0], probabilities: [1], featureCount: 64),
      grid: ImageGrid(rows: 8, columns: 8), mean: mean, title: ""
    ).canvas()
    #expect(canvas.count(of: Palette.invalid) == 47 * 47)
  }
}
