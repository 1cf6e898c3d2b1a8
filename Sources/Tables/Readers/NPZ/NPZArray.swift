/// An array in an NPZ archive, read from its first value to its last.
final class NPZArray {
  let member: ZipMember
  let description: NPYDescription
  /// NumPy's name of the type; nil for records.
  let typeName: String?
  /// The type, where it is one of numbers.
  let type: NumberType?
  /// All values.
  let count: Int
  private var start: ArraySlice<UInt8>

  /// Most headers are shorter.
  private static let usualHeader = 1 << 10

  /// What is taken into memory whole without doubt, in bytes; of texts nothing larger.
  private static let alwaysWhole = 1 << 28

  /// Opens a file in the archive; nil where it is no array. Throws `DataError` where it is damaged.
  init?(_ archive: ZipArchive, _ entry: ZipArchive.Entry) throws {
    guard entry.name.hasSuffix(".npy") else { return nil }
    let member = try archive.open(entry)
    self.member = member
    let place = "\(archive.file.path), \(entry.name)"
    var bytes: [UInt8] = []
    func read(_ count: Int) throws -> NPYDescription {
      let old = bytes.count
      bytes += [UInt8](repeating: 0, count: min(count, entry.size) - old)
      try bytes.withUnsafeMutableBytes {
        try member.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[old...]))
      }
      return try bytes.withUnsafeBytes { try NPYDescription($0, path: place) }
    }
    do {
      description = try read(Self.usualHeader)
    } catch DataError.truncatedHeader(_, let expected, _) where expected > Self.usualHeader {
      description = try read(expected)
    }
    start = bytes[description.size...]
    if case .text(let name) = description.descriptor { typeName = name } else { typeName = nil }
    type = typeName.flatMap { NumberType(numpy: $0) }
    var product = 1
    for size in description.dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, next < Int.max >> 8 else {
        throw DataError.tooLarge(path: place, dimensions: description.dimensions)
      }
      product = next
    }
    count = product
    if let type, product * type.width != entry.size - description.size {
      throw member.fail("its header asks for \(product) values, which its size does not fit: it is damaged")
    }
  }

  var name: String { String(member.entry.name.dropLast(4)) }

  private func bytes(_ count: Int) throws -> [UInt8] {
    var bytes = Array(start.prefix(count))
    start = start.dropFirst(count)
    let given = bytes.count
    guard given < count else { return bytes }
    bytes += [UInt8](repeating: 0, count: count - given)
    try bytes.withUnsafeMutableBytes {
      try member.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[given...]))
    }
    return bytes
  }

  private func numbers() throws -> NumberType {
    if let type { return type }
    throw DataError.numpyType(path: "\(member.fail("").description)", type: typeName ?? "record", field: nil)
  }

  /// The next numbers. Throws `DataError`.
  func floats(_ count: Int) throws -> [Float] {
    let type = try numbers()
    let bytes = try bytes(count * type.width)
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { source in
        if count > 0 {
          type.convert(
            source.baseAddress!, step: type.width, count: count, into: buffer.baseAddress!, stride: 1)
        }
      }
      filled = count
    }
  }

  /// The next whole numbers. Throws `DataError`.
  func integers(_ count: Int) throws -> [Int64] {
    let type = try numbers()
    let bytes = try bytes(count * type.width)
    let values = bytes.withUnsafeBytes { count == 0 ? [] : type.integers($0.baseAddress!, count: count) }
    guard let values else {
      throw member.fail("holds \(typeName ?? "records") where whole numbers are needed")
    }
    return values
  }

  /// Makes sure that all values may be taken into memory: a few bytes must not fill it. Throws `DataError`.
  func requireWhole() throws {
    let (size, packed) = (member.entry.size, member.entry.packedSize)
    guard size <= max(Self.alwaysWhole, Gunzip.usualRatio * packed) else {
      throw member.fail(
        "unpacks from \(packed) bytes to \(size), which is not done in memory; if that is right, write it with np.savez"
      )
    }
  }

  /// All texts, of bytes (`|S3`) or code points (`<U5`). Throws `DataError` where it holds others.
  func texts() throws -> [String] {
    let name = typeName ?? "records"
    let order = name.first ?? "|"
    let width = Int(name.dropFirst(2)) ?? 0
    let isWide = name.dropFirst().first == "U"
    guard isWide || name.dropFirst().first == "S", width >= 0, width < 1 << 20 else {
      throw member.fail("holds values of type \(name) where text is needed; array.astype(str) makes it")
    }
    let size = isWide ? 4 * width : width
    guard count < 1 << 28, count * size == member.entry.size - description.size,
      count * size <= Self.alwaysWhole
    else {
      throw member.fail("its header asks for \(count) texts, which its size does not fit")
    }
    let bytes = try bytes(count * size)
    return (0..<count).map { index in
      let text = bytes[index * size..<(index + 1) * size]
      guard isWide else { return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) }
      let scalars = stride(from: text.startIndex, to: text.endIndex, by: 4).map { place in
        let four = text[place..<place + 4]
        return (order == ">" ? Array(four) : four.reversed()).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      }
      var string = String.UnicodeScalarView()
      for scalar in scalars.prefix(while: { $0 != 0 }) { string.append(Unicode.Scalar(scalar) ?? "\u{fffd}") }
      return String(string)
    }
  }
}
