/// The start of an IDX file: two zero bytes, the element type, the number of dimensions, then each dimension
/// as a 32-bit big-endian number.
struct IDXHeader {
  /// The longest header there can be: 255 dimensions.
  static let largestSize = 4 + 4 * 255

  let dimensions: [Int]
  /// Product of the dimensions.
  let count: Int

  var size: Int { 4 + 4 * dimensions.count }

  /// Reads the header from the first bytes of the unpacked file, which are all when there are fewer than
  /// `largestSize`.
  ///
  /// Throws `DataError` naming the first thing that is wrong.
  init(_ bytes: some Collection<UInt8>, path: String) throws {
    let bytes = Array(bytes.prefix(Self.largestSize))
    guard bytes.count >= 4 else {
      throw DataError.truncatedHeader(path: path, expected: 4, found: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0, let element = IDXElement(rawValue: bytes[2]) else {
      throw DataError.badMagic(path: path, bytes: Array(bytes.prefix(16)))
    }
    guard element == .unsignedByte else {
      throw DataError.unsupportedElement(path: path, element: element)
    }
    let rank = Int(bytes[3])
    guard rank > 0 else { throw DataError.noDimensions(path: path) }
    guard bytes.count >= 4 + 4 * rank else {
      throw DataError.truncatedHeader(path: path, expected: 4 + 4 * rank, found: bytes.count)
    }
    let dimensions = (0..<rank).map { index in
      bytes[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
    }
    if let zero = dimensions.firstIndex(of: 0) {
      throw DataError.zeroDimension(path: path, index: zero, dimensions: dimensions)
    }
    var count = 1
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      // Half of the range leaves room to add the header's size.
      guard !overflow, product <= Int.max / 2 else {
        throw DataError.tooLarge(path: path, dimensions: dimensions)
      }
      count = product
    }
    self.dimensions = dimensions
    self.count = count
  }
}
