/// The element types of the IDX format, by their code in the third byte of a file.
public enum IDXElement: UInt8, Sendable, CaseIterable {
  /// 8 bits, 0 to 255.
  case unsignedByte = 0x08
  /// 8 bits, two's complement.
  case signedByte = 0x09
  /// 16 bits, two's complement.
  case int16 = 0x0B
  /// 32 bits, two's complement.
  case int32 = 0x0C
  /// IEEE single precision.
  case float32 = 0x0D
  /// IEEE double precision.
  case float64 = 0x0E

  /// The type in words.
  var name: String {
    switch self {
    case .unsignedByte: "unsigned byte"
    case .signedByte: "signed byte"
    case .int16: "16-bit integer"
    case .int32: "32-bit integer"
    case .float32: "32-bit float"
    case .float64: "64-bit float"
    }
  }

  /// The type of numbers: the first byte is the highest.
  var type: NumberType {
    switch self {
    case .unsignedByte: NumberType(.unsigned, width: 1)
    case .signedByte: NumberType(.signed, width: 1)
    case .int16: NumberType(.signed, width: 2)
    case .int32: NumberType(.signed, width: 4)
    case .float32: NumberType(.float, width: 4)
    case .float64: NumberType(.float, width: 8)
    }
  }
}
