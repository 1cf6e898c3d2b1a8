extension Canvas {
  /// Paints the inside of a rectangle.
  public mutating func fill(_ rectangle: Rectangle, _ color: Color) {
    let left = max(0, rectangle.x)
    let right = min(width, rectangle.x + rectangle.width)
    let top = max(0, rectangle.y)
    let bottom = min(height, rectangle.y + rectangle.height)
    guard left < right, top < bottom else { return }
    for y in top..<bottom {
      for x in left..<right { self[x, y] = color }
    }
  }

  /// Paints the edge of a rectangle, `thickness` pixels wide, inside it.
  public mutating func outline(_ rectangle: Rectangle, _ color: Color, thickness: Int = 1) {
    let (x, y, width, height) = (rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    let t = min(thickness, (min(width, height) + 1) / 2)
    fill(Rectangle(x: x, y: y, width: width, height: t), color)
    fill(Rectangle(x: x, y: y + height - t, width: width, height: t), color)
    fill(Rectangle(x: x, y: y, width: t, height: height), color)
    fill(Rectangle(x: x + width - t, y: y, width: t, height: height), color)
  }

  /// Paints an image of values in [0, 1] with each value `scale` pixels wide and high.
  ///
  /// Values outside are clamped, NaN takes the ramp's `invalid` colour.
  ///
  /// - Parameters:
  ///   - values: the image, `[grid.rows, grid.columns]`, row by row.
  ///   - grid: the image's shape; its count must be that of `values`.
  ///   - x: the left edge.
  ///   - y: the top edge.
  ///   - scale: pixels a value, at least 1.
  ///   - ramp: the colours.
  public mutating func blit(
    _ values: [Float], grid: ImageGrid, x: Int, y: Int, scale: Int, ramp: ColorRamp = .grey
  ) {
    precondition(values.count == grid.count, "one value a cell of the grid")
    precondition(scale >= 1, "an image is scaled up by whole numbers from 1")
    for (feature, value) in values.enumerated() {
      let cell = Rectangle(
        x: x + grid.column(of: feature) * scale, y: y + grid.row(of: feature) * scale, width: scale,
        height: scale)
      fill(cell, ramp.color(of: value))
    }
  }

  /// Paints an image as `blit(_:grid:x:y:scale:ramp:)` does, folded where the layout is.
  mutating func blit(
    _ values: ArraySlice<Float>, layout: GridLayout, x: Int, y: Int, scale: Int, ramp: ColorRamp = .grey
  ) {
    guard layout.bandLength != nil else {
      return blit(Array(values), grid: layout.grid, x: x, y: y, scale: scale, ramp: ramp)
    }
    for (feature, value) in values.enumerated() {
      let (row, column) = layout.place(of: feature)
      let cell = Rectangle(x: x + column * scale, y: y + row * scale, width: scale, height: scale)
      fill(cell, ramp.color(of: value))
    }
  }
}
