/// A colour of red, green and blue bytes in the sRGB space.
public struct Color: Sendable, Hashable {
  /// The red part, 0...255.
  public var red: UInt8
  /// The green part, 0...255.
  public var green: UInt8
  /// The blue part, 0...255.
  public var blue: UInt8

  /// Makes a colour from its three parts.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour a `fraction` of the way to `other`; fractions outside 0...1, and NaN, are clamped.
  public func mixed(with other: Color, fraction: Double) -> Color {
    let part = Swift.min(1, Swift.max(0, fraction.isNaN ? 0 : fraction))
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * part).rounded())
    }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}
