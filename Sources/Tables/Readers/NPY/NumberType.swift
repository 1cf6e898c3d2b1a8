/// A type of numbers in a file: its kind, width and byte order, as NumPy's names say them (`<f4`, `>i2`, `|u1`).
struct NumberType: Sendable, Equatable {
  enum Kind: Character, Sendable { case bool = "b", signed = "i", unsigned = "u", float = "f" }

  let kind: Kind
  /// Bytes of a number.
  let width: Int
  /// Whether the bytes stand in the other order than this machine's.
  let isSwapped: Bool

  /// Numbers whose first byte is the highest.
  init(_ kind: Kind, width: Int) { (self.kind, self.width, isSwapped) = (kind, width, width > 1) }

  /// Reads NumPy's name of the type; nil if it is not one of numbers that are read.
  init?(numpy name: String) {
    guard name.count >= 2, let order = name.first, "<>|=".contains(order) || order.isLetter else {
      return nil
    }
    let rest = order.isLetter ? name[...] : name.dropFirst()
    guard let kind = rest.first.flatMap(Kind.init), let width = Int(rest.dropFirst()) else { return nil }
    let widths: [Int] =
      switch kind {
      case .bool: [1]
      case .signed, .unsigned: [1, 2, 4, 8]
      case .float: [2, 4, 8]
      }
    guard widths.contains(width) else { return nil }
    self.kind = kind
    self.width = width
    isSwapped = width > 1 && order == ">"
  }

  /// Writes `count` numbers that stand `step` bytes apart, as floats `stride` places apart.
  ///
  /// Numbers of more than 24 bits are rounded; what no float holds becomes an infinity.
  func convert(
    _ source: UnsafeRawPointer, step: Int, count: Int, into destination: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    func each<Stored: FixedWidthInteger>(_: Stored.Type, _ value: (Stored) -> Float) {
      for index in 0..<count {
        let stored = (source + index * step).loadUnaligned(as: Stored.self)
        destination[index * stride] = value(isSwapped ? stored.byteSwapped : stored)
      }
    }
    switch (kind, width) {
    case (.float, 2): each(UInt16.self) { Self.half($0) }
    case (.float, 4): each(UInt32.self) { Float(bitPattern: $0) }
    case (.float, _): each(UInt64.self) { Float(Double(bitPattern: $0)) }
    case (.signed, 1): each(Int8.self) { Float($0) }
    case (.signed, 2): each(Int16.self) { Float($0) }
    case (.signed, 4): each(Int32.self) { Float($0) }
    case (.signed, _): each(Int64.self) { Float($0) }
    case (.unsigned, 2): each(UInt16.self) { Float($0) }
    case (.unsigned, 4): each(UInt32.self) { Float($0) }
    case (.unsigned, 8): each(UInt64.self) { Float($0) }
    case (.bool, _), (.unsigned, _): each(UInt8.self) { Float($0) }
    }
  }

  /// Reads `count` whole numbers that follow each other; nil where this is no type of such.
  func integers(_ source: UnsafeRawPointer, count: Int) -> [Int64]? {
    func each<Stored: FixedWidthInteger>(_: Stored.Type) -> [Int64] {
      (0..<count).map { index in
        let stored = (source + index * width).loadUnaligned(as: Stored.self)
        return Int64(truncatingIfNeeded: isSwapped ? stored.byteSwapped : stored)
      }
    }
    switch (kind, width) {
    case (.float, _), (.bool, _): return nil
    case (.signed, 1): return each(Int8.self)
    case (.signed, 2): return each(Int16.self)
    case (.signed, 4): return each(Int32.self)
    case (.signed, _): return each(Int64.self)
    case (.unsigned, 1): return each(UInt8.self)
    case (.unsigned, 2): return each(UInt16.self)
    case (.unsigned, 4): return each(UInt32.self)
    case (.unsigned, _): return each(UInt64.self)
    }
  }

  /// A number in IEEE half precision. (`Float16` does not exist on every platform.)
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0: return Float(bitPattern: sign | Float(fraction).bitPattern) * 0x1p-24
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
