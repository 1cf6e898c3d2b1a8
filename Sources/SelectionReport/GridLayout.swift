/// Where each feature's cell is drawn: as on its grid, or, for very long grids, folded like text.
///
/// A grid more than eight times as wide as high is cut into bands of columns drawn one below the other; a
/// grid more than eight times as high as wide into bands of rows drawn side by side. A vector of features
/// so becomes a block read like text.
struct GridLayout: Sendable, Equatable {
  private static let longestAspect = 8

  let grid: ImageGrid
  /// The rows drawn, with those of all bands and the gaps between them.
  let rows: Int
  /// The columns drawn.
  let columns: Int
  /// The grid's columns, or rows, a band; nil where nothing is folded.
  let bandLength: Int?
  private let isWide: Bool
  private let gap: Int

  /// Folds the grid if it is long.
  init(folding grid: ImageGrid) {
    let short = min(grid.rows, grid.columns)
    let long = max(grid.rows, grid.columns)
    self.grid = grid
    isWide = grid.columns >= grid.rows
    // Bands of an image must not look like one image; lines of a vector need no gap.
    gap = short > 1 ? 1 : 0
    guard long > Self.longestAspect * short, long > 16 else {
      (rows, columns, bandLength) = (grid.rows, grid.columns, nil)
      return
    }
    let wanted = max(1, Int((Double(long) / Double(short + gap)).squareRoot().rounded()))
    let length = (long + wanted - 1) / wanted
    let bands = (long + length - 1) / length
    let across = bands * (short + gap) - gap
    bandLength = length
    (rows, columns) = isWide ? (across, length) : (length, across)
  }

  /// The row and column, in cells, at which a feature is drawn.
  func place(of feature: Int) -> (row: Int, column: Int) {
    let (row, column) = (grid.row(of: feature), grid.column(of: feature))
    guard let bandLength else { return (row, column) }
    return isWide
      ? (column / bandLength * (grid.rows + gap) + row, column % bandLength)
      : (row % bandLength, row / bandLength * (grid.columns + gap) + column)
  }

  /// What to tell the reader about the folding; nil where there is none.
  var note: String? {
    guard let bandLength else { return nil }
    if min(grid.rows, grid.columns) > 1 {
      return "\(grid.rows) x \(grid.columns), cut into bands of \(bandLength) \(isWide ? "columns" : "rows")"
    }
    return isWide
      ? "\(grid.count) features, \(bandLength) a line"
      : "\(grid.count) features, \(bandLength) a column"
  }

  /// The rectangle of the whole layout with its left top corner at (`x`, `y`).
  func rectangle(x: Int, y: Int, scale: Int) -> Rectangle {
    Rectangle(x: x, y: y, width: columns * scale, height: rows * scale)
  }

  /// The largest whole scale, from 1, at which the longer side is at most `side` pixels.
  func scale(fitting side: Int) -> Int { max(1, side / max(rows, columns)) }
}
