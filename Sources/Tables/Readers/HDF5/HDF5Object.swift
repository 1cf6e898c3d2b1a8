import CHDF5
import Foundation

/// A group or an array in an HDF5 file.
final class HDF5Object {
  let file: HDF5File
  /// Where it is in the file.
  let place: String
  let isGroup: Bool
  private let id: cae_h5

  /// How long a name or an attribute's text can be.
  private static let textSize = 1 << 12

  /// Nil where `id` is none, or neither a group nor an array.
  init?(_ file: HDF5File, _ id: cae_h5, place: String) {
    guard id >= 0 else { return nil }
    let kind = cae_h5_is_group(id)
    guard kind >= 0 else {
      cae_h5_close(id)
      return nil
    }
    (self.file, self.id, self.place, isGroup) = (file, id, place, kind == 1)
  }

  deinit { cae_h5_close(id) }

  func fail(_ problem: String) -> DataError { file.fail(place, problem) }

  /// What is in a group, by name; at most 10,000.
  var children: [String] {
    isGroup ? texts { cae_h5_child(id, $0, $1, $2) } : []
  }

  /// The names of the fields of an array of records.
  var fields: [(name: String, isText: Bool)] {
    var kinds: [Bool] = []
    let names = texts { index, name, size in
      var kind = cae_h5_number
      let length = cae_h5_field(id, UInt32(index), name, size, &kind)
      if length >= 0 { kinds.append(kind == cae_h5_text) }
      return Int64(length)
    }
    return Array(zip(names, kinds)).map { (name: $0, isText: $1) }
  }

  private func texts(_ read: (UInt64, UnsafeMutablePointer<CChar>, Int) -> Int64) -> [String] {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.textSize) { buffer in
      var names: [String] = []
      while names.count < 10_000, read(UInt64(names.count), buffer.baseAddress!, buffer.count) >= 0 {
        names.append(String(cString: buffer.baseAddress!))
      }
      return names
    }
  }

  /// The text of an attribute.
  func text(_ attribute: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.textSize) { buffer in
      cae_h5_attribute_text(id, attribute, buffer.baseAddress!, buffer.count) >= 0
        ? String(cString: buffer.baseAddress!) : nil
    }
  }

  /// The two sizes of a sparse matrix; nil of anything else.
  var sparseShape: [Int]? {
    guard isGroup else { return nil }
    var sizes = [Int64](repeating: 0, count: 2)
    for name in ["shape", "h5sparse_shape"] {
      if cae_h5_attribute_numbers(id, name, &sizes, sizes.count) == 2 { return sizes.map(Int.init) }
    }
    return nil
  }

  /// The sizes and the storage of an array.
  struct Description {
    let sizes: [Int]
    let chunk: [Int]
    let kind: cae_h5_kind
    /// All values.
    var count: Int { sizes.reduce(1, *) }
  }

  /// Throws `DataError` where this is no array that is read, or its filters cannot be undone, unless its values are not wanted.
  func describe(isRead: Bool = true) throws -> Description {
    guard !isGroup else { throw fail("is a group, an array is needed") }
    var found = cae_h5_array()
    guard cae_h5_describe(id, &found) >= 0 else { throw fail("cannot be read: the file is damaged") }
    let filter = withUnsafeBytes(of: &found.filter) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    guard filter.isEmpty || !isRead else {
      throw fail(
        "is packed by \(filter), which this libhdf5 cannot unpack; write it with gzip, or name the directory of the "
          + "plugin in HDF5_PLUGIN_PATH")
    }
    let rank = Int(found.rank)
    func numbers<Tuple>(_ tuple: Tuple) throws -> [Int] {
      try withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: UInt64.self).prefix(rank)) }.map {
        guard let size = Int(exactly: $0) else { throw fail("a size of \($0) cannot be addressed") }
        return size
      }
    }
    let sizes = try numbers(found.sizes)
    // Nothing packs closer than deflate; sizes that need more than there is in the file are not believed.
    var bytes = 1
    for size in sizes {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(1, size))
      guard !overflow, product / Gunzip.largestRatio <= file.size else {
        throw fail(
          "the file is too small for \(sizes.map(String.init).joined(separator: " x ")) values: it is damaged"
        )
      }
      bytes = product
    }
    return Description(sizes: sizes, chunk: try numbers(found.chunk), kind: found.kind)
  }

  /// Reads a block of numbers, or of those of a field.
  func read(field: String? = nil, start: [Int], count: [Int], into values: UnsafeMutablePointer<Float>) throws
  {
    let (first, sizes) = (start.map(UInt64.init), count.map(UInt64.init))
    guard cae_h5_read_floats(id, field, first, sizes, values) >= 0 else { throw unread(start) }
    file.note(count.reduce(1, *))
  }

  /// Numbers of an array with one dimension, or of its field.
  func floats(_ range: Range<Int>, field: String? = nil) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: range.count) { buffer, filled in
      if !range.isEmpty {
        try read(field: field, start: [range.lowerBound], count: [range.count], into: buffer.baseAddress!)
      }
      filled = range.count
    }
  }

  /// Whole numbers of an array with one dimension, or of its field.
  func integers(_ range: Range<Int>, field: String? = nil) throws -> [Int64] {
    var values = [Int64](repeating: 0, count: range.count)
    guard
      range.isEmpty
        || cae_h5_read_integers(id, field, [UInt64(range.lowerBound)], [UInt64(range.count)], &values) >= 0
    else { throw unread([range.lowerBound]) }
    file.note(range.count)
    return values
  }

  /// Texts of an array with one dimension, or of its field.
  func texts(count: Int, field: String? = nil) throws -> [String] {
    var found: [String] = []
    let block = 1 << 16
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: min(block, count))
    for start in stride(from: 0, to: count, by: block) {
      let size = min(block, count - start)
      guard cae_h5_read_texts(id, field, UInt64(start), UInt64(size), &pointers) >= 0 else {
        throw unread([start])
      }
      for pointer in pointers[..<size] {
        found.append(pointer.map { String(cString: $0) } ?? "")
        free(pointer)
      }
    }
    return found
  }

  private func unread(_ start: [Int]) -> DataError {
    fail(
      "cannot be read from value \(start.map(String.init).joined(separator: ", ")) on: the file is damaged, or holds no numbers there"
    )
  }
}
