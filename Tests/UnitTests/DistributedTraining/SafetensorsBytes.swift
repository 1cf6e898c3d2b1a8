import Foundation

/// Builds safetensors files by hand, right or wrong.
enum SafetensorsBytes {
  static func make(header: String, data: Int = 24, length: UInt64? = nil) -> [UInt8] {
    let json = Array(header.utf8)
    let declared = withUnsafeBytes(of: (length ?? UInt64(json.count)).littleEndian) { Array($0) }
    return declared + json + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  /// A tensor's entry.
  static func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  /// The text in the JSON header.
  static func header(of bytes: [UInt8]) throws -> [String: Any]? {
    let length = bytes.withUnsafeBytes { Int(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
    return try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any]
  }
}
