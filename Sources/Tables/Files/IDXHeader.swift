/// The start of an IDX file: two zero bytes, the element type, the number of dimensions, then each dimension
/// as a 32-bit big-endian number (http://yann.lecun.com/exdb/mnist).
package struct IDXHeader: ArrayHeader {
  /// The longest header there can be: 255 dimensions.
  package static let largestSize = 4 + 4 * 255

  /// What the values are.
  package let element: IDXElement
  package let dimensions: [Int]
  package let byteCount: Int
  package var size: Int { 4 + 4 * dimensions.count }

  package init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    guard bytes.count >= 4 else {
      throw DataError.truncatedHeader(path: path, expected: 4, found: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0, let element = IDXElement(rawValue: bytes[2]) else {
      throw DataError.badMagic(path: path, bytes: Array(bytes.prefix(16)))
    }
    self.element = element
    let rank = Int(bytes[3])
    guard rank > 0 else { throw DataError.noDimensions(path: path) }
    guard bytes.count >= 4 + 4 * rank else {
      throw DataError.truncatedHeader(path: path, expected: 4 + 4 * rank, found: bytes.count)
    }
    dimensions = (0..<rank).map { index in
      bytes[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
    }
    byteCount = try Self.byteCount(of: dimensions, width: element.type.width, path: path)
  }
}
