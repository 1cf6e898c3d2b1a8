/// A picture of which pixels were selected, on the image grid scaled up.
///
/// Each selected pixel is a solid mark where its selector has converged, else a ring that is brighter
/// inside the higher the probability; a pixel selected more than once shows how often. A dim mean image
/// of the dataset lies below, a legend stands at the foot. Grids far from square are folded like text.
public struct SelectedPixelsImage: Sendable {
  private static let margin = 24
  private static let smallestWidth = 420
  private static let largestGridSide = 1600
  private static let wantedGridSide = 700
  private static let cellSizes = 16...48

  /// The selected features with their probabilities.
  public var selection: Selection
  /// How the features lie on the image; its count must be the selection's `featureCount`.
  public var grid: ImageGrid
  /// The mean image of the dataset, `[features]`, in 0...1, for the background.
  public var mean: [Float]?
  /// The title; may be empty.
  public var title: String
  /// A line below the title; may be empty.
  public var subtitle: String

  /// Makes the description of a picture; `canvas()` draws it.
  public init(
    selection: Selection, grid: ImageGrid, mean: [Float]? = nil, title: String, subtitle: String = ""
  ) {
    precondition(grid.count == selection.featureCount, "the grid must hold every feature")
    precondition(mean.map { $0.count == grid.count } ?? true, "one mean a feature")
    self.selection = selection
    self.grid = grid
    self.mean = mean
    self.title = title
    self.subtitle = subtitle
  }

  /// Draws the picture.
  public func canvas() -> Canvas {
    let layout = GridLayout(folding: grid)
    let cell = Self.cellSize(layout)
    let contentWidth = max(layout.columns * cell + 1, Self.smallestWidth - 2 * Self.margin)
    let caption = Caption(
      title: title, subtitle: [subtitle, layout.note ?? ""].filter { !$0.isEmpty }.joined(separator: ", "),
      width: contentWidth)
    let legend = Legend(Legend.entries(for: selection), width: contentWidth)

    let top = Self.margin + caption.height
    let bottom = top + layout.rows * cell + 1
    var canvas = Canvas(
      width: contentWidth + 2 * Self.margin, height: bottom + 20 + legend.height + Self.margin - 8)
    caption.draw(on: &canvas, x: Self.margin, y: Self.margin)
    SelectionMap(selection: selection, layout: layout, mean: mean)
      .draw(on: &canvas, x: Self.margin, y: top, scale: cell, numbers: true)
    legend.draw(on: &canvas, x: Self.margin, y: bottom + 20)
    return canvas
  }

  private static func cellSize(_ layout: GridLayout) -> Int {
    let wanted = min(max(layout.scale(fitting: wantedGridSide), cellSizes.lowerBound), cellSizes.upperBound)
    return min(wanted, layout.scale(fitting: largestGridSide))
  }
}
