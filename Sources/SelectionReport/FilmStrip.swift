/// A picture of a run in several moments: at each the selected pixels and what the decoder makes of them.
///
/// The originals stand on top; each moment is one row with its label, the selection on a small map, the
/// reconstructions of the same images, and their mean squared error or a detail given. Images that do not
/// fit in the line are left out, and the picture says so.
public struct FilmStrip: Sendable {
  /// One moment of a run.
  public struct Moment: Sendable {
    /// What the moment is, such as `epoch 5`.
    public var label: String
    /// The selection at that moment.
    public var selection: Selection
    /// The decoder's outputs for the originals, `[n, features]`.
    public var reconstructions: [Float]
    /// A short text below the label, such as the test error; nil shows the error over the images shown.
    public var detail: String?

    /// Makes a moment from its parts.
    public init(
      label: String, selection: Selection, reconstructions: [Float], detail: String? = nil
    ) {
      self.label = label
      self.selection = selection
      self.reconstructions = reconstructions
      self.detail = detail
    }
  }

  private static let labelWidth = 150
  private static let mapGap = 28

  private let originals: [Float]
  private let moments: [Moment]
  private let grid: ImageGrid
  private let mean: [Float]?
  private let title: String
  private let subtitle: String

  /// Makes the description of a picture; `canvas()` draws it.
  ///
  /// - Parameters:
  ///   - originals: the images, `[n, features]`, in 0...1; n at least 1.
  ///   - moments: the moments in the order of time, at least one.
  ///   - grid: how the features lie on an image.
  ///   - mean: the mean image of the dataset, `[features]`, for the background of the maps.
  ///   - title: the title; may be empty.
  ///   - subtitle: a line below the title; may be empty.
  public init(
    originals: [Float], moments: [Moment], grid: ImageGrid, mean: [Float]? = nil, title: String,
    subtitle: String = ""
  ) {
    precondition(!originals.isEmpty && originals.count % grid.count == 0, "whole images, at least one")
    precondition(!moments.isEmpty, "at least one moment")
    precondition(
      moments.allSatisfy { $0.reconstructions.count == originals.count }, "one reconstruction an original")
    precondition(
      moments.allSatisfy { $0.selection.featureCount == grid.count }, "the grid must hold every feature")
    precondition(mean.map { $0.count == grid.count } ?? true, "one mean a feature")
    self.originals = originals
    self.moments = moments
    self.grid = grid
    self.mean = mean
    self.title = title
    self.subtitle = subtitle
  }

  /// Draws the picture.
  public func canvas() -> Canvas {
    let layout = GridLayout(folding: grid)
    let count = originals.count / grid.count
    let mapWidth = ImageRowLayout(layout, count: 1, labelWidth: 0, wraps: false).columnWidth
    let imagesX = Self.labelWidth + mapWidth + Self.mapGap
    let row = ImageRowLayout(layout, count: count, labelWidth: imagesX, wraps: false)
    let (margin, gap) = (ImageRowLayout.margin, ImageRowLayout.gap)
    let contentWidth = imagesX + row.width
    let caption = Caption(
      title: title, subtitle: note(layout: layout, shown: row.perLine, of: count), width: contentWidth)
    let legend = Legend(Legend.entries(forMarksOf: moments.map(\.selection)), width: contentWidth)

    let labels = moments.map { labelLines($0.label) }
    let labelHeight = ((labels.map(\.count).max() ?? 0) + 1) * BitmapFont.lineHeight * Caption.bodyScale
    let rowHeight = max(row.imageHeight, labelHeight + gap)
    let top = margin + caption.height
    let legendTop = top + (moments.count + 1) * (rowHeight + gap) + 12
    var canvas = Canvas(
      width: contentWidth + 2 * margin, height: legendTop + legend.height + margin - 8)
    caption.draw(on: &canvas, x: margin, y: margin)
    drawHeading(on: &canvas, x: margin, y: top, rowHeight: rowHeight)
    // Labels stand in the middle of a row, and so do images that are lower than their label.
    let imageTop = top + (rowHeight - row.imageHeight) / 2
    drawImages(originals, on: &canvas, x: margin + imagesX, y: imageTop, row: row, layout: layout)
    for (index, moment) in moments.enumerated() {
      let offset = (index + 1) * (rowHeight + gap)
      let detail = moment.detail ?? errorText(moment, shown: row.perLine)
      drawLines(
        labels[index], details: [detail], on: &canvas, x: margin, y: top + offset, rowHeight: rowHeight)
      SelectionMap(selection: moment.selection, layout: layout, mean: mean)
        .draw(
          on: &canvas, x: margin + Self.labelWidth + row.imageX(0), y: imageTop + offset,
          scale: row.scale, numbers: false)
      drawImages(
        moment.reconstructions, on: &canvas, x: margin + imagesX, y: imageTop + offset, row: row,
        layout: layout)
    }
    legend.draw(on: &canvas, x: margin, y: legendTop)
    return canvas
  }

  private func drawImages(
    _ images: [Float], on canvas: inout Canvas, x: Int, y: Int, row: ImageRowLayout, layout: GridLayout
  ) {
    for image in 0..<row.perLine {
      let values = images[image * grid.count..<(image + 1) * grid.count]
      canvas.blit(values, layout: layout, x: x + row.imageX(image), y: y, scale: row.scale)
    }
  }

  private func errorText(_ moment: Moment, shown: Int) -> String {
    let set = ReconstructionSet(
      originals: originals, reconstructions: moment.reconstructions, features: grid.count)
    return "MSE \(ReconstructionSet.text(set.meanSquaredError(first: shown)))"
  }

  private func labelLines(_ label: String) -> [String] {
    Canvas.wrapped(label, width: Self.labelWidth - 12, scale: Caption.bodyScale)
  }

  private func note(layout: GridLayout, shown: Int, of count: Int) -> String {
    [
      subtitle, layout.note ?? "", shown < count ? "the first \(shown) of \(count) images" : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private func drawHeading(on canvas: inout Canvas, x: Int, y: Int, rowHeight: Int) {
    drawLines(["originals"], details: [], on: &canvas, x: x, y: y, rowHeight: rowHeight)
    let mapX = x + Self.labelWidth
    let height = 2 * BitmapFont.lineHeight * Caption.bodyScale + 8
    drawLines(
      [], details: ["selected", "pixels"], on: &canvas, x: mapX, y: y + rowHeight - height,
      rowHeight: height)
  }

  /// Writes lines around the middle of a row: labels bright, details dim.
  private func drawLines(
    _ labels: [String], details: [String], on canvas: inout Canvas, x: Int, y: Int, rowHeight: Int
  ) {
    let lineHeight = BitmapFont.lineHeight * Caption.bodyScale
    var top = y + (rowHeight - (labels.count + details.count) * lineHeight) / 2 + 5
    for (index, line) in (labels + details).enumerated() {
      let color = index < labels.count ? Palette.text : Palette.secondaryText
      canvas.text(line, x: x, y: top, color: color, scale: Caption.bodyScale)
      top += lineHeight
    }
  }
}
