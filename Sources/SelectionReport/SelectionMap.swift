/// The selected pixels on their grid, drawn over a dim mean image: a part of several pictures.
struct SelectionMap {
  /// How one selected pixel is marked.
  struct Mark: Sendable, Equatable {
    /// The selected feature.
    var feature: Int
    /// The highest probability among the selectors that chose it.
    var probability: Double
    /// How many selectors chose it.
    var count: Int

    var isConverged: Bool { probability >= Selection.convergedProbability }
  }

  private static let smallestMark = 7
  private static let smallestNumberedMark = 11
  private static let smallestCellWithLines = 8
  private static let smallestDot = 3

  let layout: GridLayout
  let marks: [Mark]
  /// The background, `[features]`, its brightest value 1.
  let background: [Float]

  init(selection: Selection, layout: GridLayout, mean: [Float]?) {
    self.layout = layout
    // The mean of sparse images is dark: its shape matters here, not its level.
    let brightest = (mean ?? []).filter(\.isFinite).max() ?? 0
    background =
      mean.map { $0.map { brightest > 0 ? $0 / brightest : $0 } }
      ?? Array(repeating: 0, count: layout.grid.count)
    marks = Dictionary(grouping: selection.features, by: \.feature)
      .map { feature, chosen in
        // A NaN must not win over a number, nor hide one.
        let best = chosen.map(\.probability).filter { !$0.isNaN }.max() ?? 0
        return Mark(feature: feature, probability: best, count: chosen.count)
      }
      .sorted { $0.feature < $1.feature }
  }

  /// Draws the map with its left top corner at (`x`, `y`), `scale` pixels a cell.
  ///
  /// - Parameter numbers: whether features selected more than once show their count.
  func draw(on canvas: inout Canvas, x: Int, y: Int, scale: Int, numbers: Bool) {
    canvas.blit(background[...], layout: layout, x: x, y: y, scale: scale, ramp: .dimGrey)
    let hasLines = scale >= Self.smallestCellWithLines
    if hasLines { drawLines(on: &canvas, x: x, y: y, scale: scale) }
    for mark in marks {
      let (row, column) = layout.place(of: mark.feature)
      var cell = Rectangle(x: x + column * scale, y: y + row * scale, width: scale, height: scale)
      if hasLines {
        cell.x += 1
        cell.y += 1
        cell.width -= 1
        cell.height -= 1
      }
      let isNumbered = numbers && mark.count > 1
      let least =
        isNumbered
        ? Self.smallestNumberedMark
        : numbers ? Self.smallestMark : Self.leastSide(marks.count, layout: layout, scale: scale)
      cell = Self.enlarged(cell, to: least)
      Self.draw(mark, in: cell, on: &canvas, number: isNumbered)
    }
  }

  /// Draws one mark: solid where converged, else a ring whose inside grows brighter with the probability.
  static func draw(_ mark: Mark, in cell: Rectangle, on canvas: inout Canvas, number: Bool) {
    if mark.isConverged {
      canvas.fill(cell, Palette.selected)
    } else {
      let inside = Palette.background.mixed(with: Palette.unconverged, fraction: 0.1 + 0.6 * mark.probability)
      canvas.fill(cell, cell.width < smallestMark ? Palette.unconverged : inside)
      canvas.outline(cell, Palette.unconverged, thickness: max(1, cell.width / 9))
    }
    guard number else { return }
    let digits = mark.count > 99 ? "+" : "\(mark.count)"
    let room = max(1, cell.width - 2)
    let scale = max(
      1, min(room / max(1, BitmapFont.width(of: digits)), room / (BitmapFont.capHeight + 1)))
    let width = Canvas.textWidth(digits, scale: scale)
    let height = BitmapFont.capHeight * scale
    canvas.text(
      digits, x: cell.x + (cell.width - width + 1) / 2, y: cell.y + (cell.height - height + 1) / 2,
      color: mark.isConverged ? Palette.background : Palette.text, scale: scale)
  }

  /// The side in pixels that `count` marks need to be seen where a cell is smaller.
  ///
  /// Never so large that the marks would cover more than a quarter of the image.
  static func leastSide(_ count: Int, layout: GridLayout, scale: Int) -> Int {
    let area = layout.grid.count * scale * scale
    var side = smallestDot
    while side > scale && 4 * count * side * side > area { side -= 1 }
    return max(side, scale)
  }

  /// The rectangle made at least `side` pixels wide and high around its middle.
  static func enlarged(_ cell: Rectangle, to side: Int) -> Rectangle {
    let missing = max(0, side - cell.width)
    return Rectangle(
      x: cell.x - missing / 2, y: cell.y - missing / 2, width: cell.width + missing,
      height: cell.height + missing)
  }

  private func drawLines(on canvas: inout Canvas, x: Int, y: Int, scale: Int) {
    for feature in 0..<layout.grid.count {
      let (row, column) = layout.place(of: feature)
      let cell = Rectangle(
        x: x + column * scale, y: y + row * scale, width: scale + 1, height: scale + 1)
      canvas.outline(cell, Palette.line)
    }
  }
}
