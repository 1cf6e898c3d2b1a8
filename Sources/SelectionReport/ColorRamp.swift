/// A way from values in [0, 1] to colours.
public struct ColorRamp: Sendable, Equatable {
  /// The colour of 0 and less.
  public var low: Color
  /// The colour of 1 and more.
  public var high: Color
  /// The colour of a value that is not a number.
  public var invalid: Color

  /// Makes a ramp between two colours.
  public init(low: Color, high: Color, invalid: Color = Palette.invalid) {
    self.low = low
    self.high = high
    self.invalid = invalid
  }

  /// The colour of a value: infinities are clamped like any other, NaN gives `invalid`.
  public func color(of value: Float) -> Color {
    value.isNaN ? invalid : low.mixed(with: high, fraction: Double(value))
  }

  /// Black to white.
  public static let grey = ColorRamp(low: Color(0, 0, 0), high: Color(255, 255, 255))
  /// Dim greys for a background that must not outshine what lies on it.
  public static let dimGrey = ColorRamp(low: Color(10, 14, 22), high: Color(92, 99, 112))
  /// Black to red, for errors.
  public static let error = ColorRamp(low: Color(10, 10, 12), high: Color(255, 92, 72))
}
