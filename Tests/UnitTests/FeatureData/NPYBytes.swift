/// Builds NPY files by hand, right or wrong.
enum NPYBytes {
  /// A file of `type` with these values; `shape` and `type` are written as Python writes them.
  static func make(
    _ type: String, _ shape: String, _ values: [UInt8], version: UInt8 = 1, isFortran: Bool = false
  ) -> [UInt8] {
    let order = isFortran ? "True" : "False"
    var text = Array("{'descr': \(type), 'fortran_order': \(order), 'shape': \(shape), }".utf8)
    let start = version == 1 ? 10 : 12
    // NumPy fills up with blanks, so that values stand at a multiple of 64 bytes.
    while (start + text.count + 1) % 64 != 0 { text.append(0x20) }
    text.append(0x0A)
    let length = (0..<start - 8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + values
  }

  /// The bytes of `values`, most or least significant first.
  static func bytes<Stored: FixedWidthInteger>(_ values: [Stored], isBigEndian: Bool) -> [UInt8] {
    values.flatMap { value in
      withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }
  }
}
