/// Builds zip archives as NumPy does: sizes in the local headers are those of large files.
enum ZipBytes {
  static func make(_ members: [(name: String, bytes: [UInt8])], isDeflated: Bool = false) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      // Deflate's blocks without gzip's wrapper.
      let packed = isDeflated ? Array(gzip(bytes).dropFirst(10).dropLast(8)) : bytes
      let start = archive.count
      let method = littleEndian(UInt16(isDeflated ? 8 : 0))
      let sum = littleEndian(crc32(bytes))
      let large: [UInt8] =
        [1, 0, 16, 0] + littleEndian(UInt64(bytes.count)) + littleEndian(UInt64(packed.count))
      archive += [0x50, 0x4b, 3, 4, 45, 0, 0, 0] + method + [0, 0, 0, 0] + sum
      archive += [UInt8](repeating: 0xff, count: 8)
      archive +=
        littleEndian(UInt16(name.utf8.count)) + littleEndian(UInt16(large.count)) + name.utf8 + large + packed
      directory += [0x50, 0x4b, 1, 2, 45, 0, 45, 0, 0, 0] + method + [0, 0, 0, 0] + sum
      directory += littleEndian(UInt32(packed.count)) + littleEndian(UInt32(bytes.count))
      directory += littleEndian(UInt16(name.utf8.count)) + [UInt8](repeating: 0, count: 12)
      directory += littleEndian(UInt32(start)) + name.utf8
    }
    let count = littleEndian(UInt16(members.count))
    return archive + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count
      + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(archive.count)) + [0, 0]
  }

  /// A member with an array of floats.
  static func floats(_ name: String, _ shape: String, _ values: [Float], isFortran: Bool = false) -> (
    name: String, bytes: [UInt8]
  ) {
    let bytes = NPYBytes.bytes(values.map(\.bitPattern), isBigEndian: false)
    return ("\(name).npy", NPYBytes.make("'<f4'", shape, bytes, isFortran: isFortran))
  }

  /// A member with an array of 64-bit integers.
  static func integers(_ name: String, _ values: [Int64]) -> (name: String, bytes: [UInt8]) {
    ("\(name).npy", NPYBytes.make("'<i8'", "(\(values.count),)", NPYBytes.bytes(values, isBigEndian: false)))
  }

  /// A member with an array of texts of four code points.
  static func texts(_ name: String, _ values: [String]) -> (name: String, bytes: [UInt8]) {
    let bytes = values.flatMap { text in
      (0..<4).flatMap { index in
        littleEndian(
          Array(text.unicodeScalars).indices.contains(index) ? Array(text.unicodeScalars)[index].value : 0)
      }
    }
    return ("\(name).npy", NPYBytes.make("'<U4'", "(\(values.count),)", bytes))
  }
}
