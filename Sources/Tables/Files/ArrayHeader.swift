/// The start of a file that holds one array: what it says about the bytes after it.
package protocol ArrayHeader: Sendable {
  /// The longest start of a file that can be needed to read a header.
  static var largestSize: Int { get }

  /// Reads the header from the first bytes of the unpacked file, which are all when there are fewer than `largestSize`.
  ///
  /// Throws `DataError` naming the first thing that is wrong.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws

  /// The sizes of the array, outermost first.
  var dimensions: [Int] { get }
  /// Bytes of the header.
  var size: Int { get }
  /// Bytes of the array.
  var byteCount: Int { get }
}

extension ArrayHeader {
  /// Checks sizes and returns the bytes that values of `width` bytes with these `dimensions` take.
  static func byteCount(of dimensions: [Int], width: Int, path: String) throws -> Int {
    if let zero = dimensions.firstIndex(where: { $0 <= 0 }) {
      throw DataError.zeroDimension(path: path, index: zero, dimensions: dimensions)
    }
    return try dimensions.reduce(width) { count, dimension in
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      // Half of the range leaves room to add the header's size.
      guard !overflow, product <= Int.max / 2 else {
        throw DataError.tooLarge(path: path, dimensions: dimensions)
      }
      return product
    }
  }
}
