/// How wide images are drawn beside one another and how many fit in a line.
struct ImageRowLayout {
  static let margin = 24
  static let gap = 8
  private static let largestWidth = 1600
  /// The side in pixels of a square image; long images have that area, but stay under twice as long.
  private static let wantedSide = 128.0
  /// How much smaller than wanted images may be drawn for all to fit in one line.
  private static let smallestShare = 0.8
  private static let smallestColumnWidth = 88

  /// Pixels a value.
  let scale: Int
  /// The width of a column, at least wide enough for a number below the image.
  let columnWidth: Int
  /// The width of an image.
  let imageWidth: Int
  /// The height of an image.
  let imageHeight: Int
  /// How many images a line; where several lines are needed, they are about equally long.
  let perLine: Int

  /// Chooses the scale for `count` images beside labels of `labelWidth` pixels.
  ///
  /// - Parameter wraps: whether images that do not fit go on in a further line, or are left out.
  init(_ layout: GridLayout, count: Int, labelWidth: Int, wraps: Bool) {
    let area = Double(layout.rows * layout.columns)
    let wanted = max(
      1, min(Int(Self.wantedSide / area.squareRoot()), layout.scale(fitting: Int(2 * Self.wantedSide))))
    let room = Self.largestWidth - 2 * Self.margin - labelWidth
    let fitting = ((room + Self.gap) / count - Self.gap) / layout.columns
    scale = fitting < wanted && Double(fitting) >= Self.smallestShare * Double(wanted) ? fitting : wanted
    imageWidth = layout.columns * scale
    imageHeight = layout.rows * scale
    columnWidth = max(imageWidth, Self.smallestColumnWidth)
    let most = max(1, min(count, (room + Self.gap) / (columnWidth + Self.gap)))
    let lines = (count + most - 1) / most
    perLine = wraps ? (count + lines - 1) / lines : most
  }

  /// The left edge of a column, counted from the first.
  func x(_ column: Int) -> Int { column * (columnWidth + Self.gap) }

  /// The left edge of the image in a column: narrow images stand in its middle.
  func imageX(_ column: Int) -> Int { x(column) + (columnWidth - imageWidth) / 2 }

  /// The width of a full line.
  var width: Int { perLine * (columnWidth + Self.gap) - Self.gap }
}
