/// How wide images are drawn beside one another and how many fit in a line.
struct ImageRowLayout {
  static let margin = 24
  static let gap = 8
  private static let largestWidth = 1600
  private static let wantedSide = 128
  private static let smallestColumnWidth = 88

  /// Pixels a value.
  let scale: Int
  /// The width of a column, at least wide enough for a number below the image.
  let columnWidth: Int
  /// The width of an image.
  let imageWidth: Int
  /// The height of an image.
  let imageHeight: Int
  /// The most images a line.
  let perLine: Int

  /// Chooses the scale for `count` images in a line whose labels take `labelWidth` pixels.
  init(_ layout: GridLayout, count: Int, labelWidth: Int) {
    scale = layout.scale(fitting: Self.wantedSide)
    imageWidth = layout.columns * scale
    imageHeight = layout.rows * scale
    columnWidth = max(imageWidth, Self.smallestColumnWidth)
    let room = Self.largestWidth - 2 * Self.margin - labelWidth
    perLine = max(1, min(count, (room + Self.gap) / (columnWidth + Self.gap)))
  }

  /// The left edge of a column, counted from the first.
  func x(_ column: Int) -> Int { column * (columnWidth + Self.gap) }

  /// The left edge of the image in a column: narrow images stand in its middle.
  func imageX(_ column: Int) -> Int { x(column) + (columnWidth - imageWidth) / 2 }

  /// The width of a full line.
  var width: Int { perLine * (columnWidth + Self.gap) - Self.gap }
}
