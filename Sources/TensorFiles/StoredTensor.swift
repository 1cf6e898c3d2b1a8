/// A named tensor as it stands in a safetensors file.
package struct StoredTensor: Sendable, Equatable {
  /// The name.
  package let name: String
  /// The element type's name: F32, F64, ...
  package let type: String
  /// Sizes, outermost first.
  package let shape: [Int]
  /// Where its bytes stand, counted from the end of the header.
  package let byteRange: Range<Int>
}

extension StoredTensor {
  /// Reads a tensor's entry in a header; `available` bytes of tensors follow the header of the file at `path`.
  init(name: String, entry: Any, available: Int, path: String) throws {
    func fail(_ problem: String) -> SafetensorsError { SafetensorsError(path: path, problem: problem) }
    guard let entry = entry as? [String: Any], let type = entry["dtype"] as? String,
      let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int],
      offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], shape.allSatisfy({ $0 >= 0 })
    else { throw fail("the entry of tensor '\(name)' is damaged") }
    guard offsets[1] <= available else {
      throw fail("is cut short: tensor '\(name)' ends at byte \(offsets[1]) of \(available)")
    }
    if let width = Self.width(of: type), Self.byteCount(shape, width: width) != offsets[1] - offsets[0] {
      throw fail("tensor '\(name)' has \(offsets[1] - offsets[0]) bytes, not those of \(shape) \(type)")
    }
    self.init(name: name, type: type, shape: shape, byteRange: offsets[0]..<offsets[1])
  }

  private static func byteCount(_ shape: [Int], width: Int) -> Int? {
    shape.reduce(Optional(width)) { count, size in
      guard let count else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      return overflow ? nil : product
    }
  }

  private static func width(of type: String) -> Int? {
    switch type {
    case "F64", "I64", "U64": 8
    case "F32", "I32", "U32": 4
    case "F16", "BF16", "I16", "U16": 2
    case "I8", "U8", "BOOL": 1
    default: nil
    }
  }
}
