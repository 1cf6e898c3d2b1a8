/// A picture of images before and after: original, what the decoder sees, reconstruction, absolute error.
///
/// The second row shows the selected pixels in grey and all others in dark blue. Below each column stands
/// its mean squared error. Images that do not fit in one line go on in a further block of rows.
public struct ReconstructionsImage: Sendable {
  private static let labels = ["original", "decoder sees", "reconstruction", "error"]
  private static let labelGap = 20

  private let set: ReconstructionSet
  private let selected: [Int]
  private let grid: ImageGrid
  private let title: String
  private let subtitle: String

  /// Makes the description of a picture; `canvas()` draws it.
  ///
  /// - Parameters:
  ///   - originals: the images, `[n, features]`, in 0...1; n at least 1.
  ///   - reconstructions: the decoder's outputs for them, `[n, features]`.
  ///   - selected: the selected features.
  ///   - grid: how the features lie on an image.
  ///   - title: the title; may be empty.
  ///   - subtitle: a line below the title; may be empty.
  public init(
    originals: [Float], reconstructions: [Float], selected: [Int], grid: ImageGrid, title: String,
    subtitle: String = ""
  ) {
    precondition(!originals.isEmpty && originals.count % grid.count == 0, "whole images, at least one")
    precondition(originals.count == reconstructions.count, "one reconstruction an original")
    precondition(selected.allSatisfy { 0..<grid.count ~= $0 }, "a selected feature off the grid")
    set = ReconstructionSet(
      originals: originals, reconstructions: reconstructions, features: grid.count)
    // In a fixed order: where enlarged marks overlap, the picture must not change from run to run.
    self.selected = Set(selected).sorted()
    self.grid = grid
    self.title = title
    self.subtitle = subtitle
  }

  /// Draws the picture.
  public func canvas() -> Canvas {
    let layout = GridLayout(folding: grid)
    let labelWidth =
      Self.labels.map { Canvas.textWidth($0, scale: Caption.bodyScale) }.max()! + Self.labelGap
    let row = ImageRowLayout(layout, count: set.count, labelWidth: labelWidth, wraps: true)
    let (margin, gap) = (ImageRowLayout.margin, ImageRowLayout.gap)
    let contentWidth = labelWidth + row.width
    let note = [subtitle, layout.note ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    let caption = Caption(title: title, subtitle: note, width: contentWidth)

    let pitch = row.imageHeight + gap
    let blockHeight = Self.labels.count * pitch + BitmapFont.capHeight * Caption.bodyScale + 6
    let blocks = (set.count + row.perLine - 1) / row.perLine
    var canvas = Canvas(
      width: contentWidth + 2 * margin,
      height: 2 * margin + caption.height + blocks * blockHeight + (blocks - 1) * margin)
    caption.draw(on: &canvas, x: margin, y: margin)
    for block in 0..<blocks {
      let first = block * row.perLine
      let images = first..<min(set.count, first + row.perLine)
      let top = margin + caption.height + block * (blockHeight + margin)
      drawLabels(on: &canvas, x: margin, y: top, pitch: pitch, imageHeight: row.imageHeight)
      for (column, image) in images.enumerated() {
        draw(image, on: &canvas, x: margin + labelWidth, y: top, column: column, row: row, layout: layout)
      }
    }
    return canvas
  }

  private func drawLabels(on canvas: inout Canvas, x: Int, y: Int, pitch: Int, imageHeight: Int) {
    let half = (imageHeight - BitmapFont.capHeight * Caption.bodyScale) / 2
    for (index, label) in Self.labels.enumerated() {
      canvas.text(
        label, x: x, y: y + index * pitch + half, color: Palette.secondaryText, scale: Caption.bodyScale)
    }
    canvas.text(
      "MSE", x: x, y: y + Self.labels.count * pitch + 2, color: Palette.secondaryText,
      scale: Caption.bodyScale)
  }

  private func draw(
    _ image: Int, on canvas: inout Canvas, x: Int, y: Int, column: Int, row: ImageRowLayout,
    layout: GridLayout
  ) {
    let left = x + row.imageX(column)
    let pitch = row.imageHeight + ImageRowLayout.gap
    canvas.blit(set.original(image), layout: layout, x: left, y: y, scale: row.scale)
    drawSeen(image, on: &canvas, x: left, y: y + pitch, scale: row.scale, layout: layout)
    canvas.blit(set.reconstruction(image), layout: layout, x: left, y: y + 2 * pitch, scale: row.scale)
    canvas.blit(
      set.absoluteError(image)[...], layout: layout, x: left, y: y + 3 * pitch, scale: row.scale,
      ramp: .error)
    let text = ReconstructionSet.text(set.meanSquaredError(image))
    let width = Canvas.textWidth(text, scale: Caption.bodyScale)
    canvas.text(
      text, x: x + row.x(column) + (row.columnWidth - width) / 2, y: y + Self.labels.count * pitch + 2,
      color: Palette.text, scale: Caption.bodyScale)
  }

  private func drawSeen(
    _ image: Int, on canvas: inout Canvas, x: Int, y: Int, scale: Int, layout: GridLayout
  ) {
    canvas.fill(layout.rectangle(x: x, y: y, scale: scale), Palette.hidden)
    let values = set.original(image)
    let least = SelectionMap.leastSide(selected.count, layout: layout, scale: scale)
    for feature in selected {
      let (row, column) = layout.place(of: feature)
      let cell = Rectangle(x: x + column * scale, y: y + row * scale, width: scale, height: scale)
      canvas.fill(
        SelectionMap.enlarged(cell, to: least), ColorRamp.grey.color(of: values[values.startIndex + feature]))
    }
  }
}
