/// A picture of 8-bit red, green and blue pixels to draw on.
///
/// Coordinates count pixels from the left top corner. Whatever reaches beyond the edges is cut off.
public struct Canvas: Sendable, Equatable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// The pixels, row by row, three bytes each: red, green, blue.
  public private(set) var bytes: [UInt8]

  /// Makes a canvas of one colour; both sides must be at least 1 pixel.
  public init(width: Int, height: Int, background: Color = Palette.background) {
    precondition(width >= 1 && height >= 1, "a canvas needs at least one pixel")
    self.width = width
    self.height = height
    bytes = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      for pixel in 0..<width * height {
        buffer[3 * pixel] = background.red
        buffer[3 * pixel + 1] = background.green
        buffer[3 * pixel + 2] = background.blue
      }
      count = width * height * 3
    }
  }

  /// The colour of the pixel at column `x` and row `y`, which must lie on the canvas.
  public subscript(x: Int, y: Int) -> Color {
    get {
      precondition(0..<width ~= x && 0..<height ~= y, "a pixel off the canvas")
      let offset = 3 * (y * width + x)
      return Color(bytes[offset], bytes[offset + 1], bytes[offset + 2])
    }
    set {
      precondition(0..<width ~= x && 0..<height ~= y, "a pixel off the canvas")
      let offset = 3 * (y * width + x)
      bytes[offset] = newValue.red
      bytes[offset + 1] = newValue.green
      bytes[offset + 2] = newValue.blue
    }
  }
}
