/// The numbers of an NPY file as `StagedArray` writes it, mapped.
struct MappedArray<Element>: @unchecked Sendable {
  let path: String
  let count: Int
  let storage: ByteStorage
  private let base: UnsafePointer<Element>

  /// Maps `count` numbers. Throws `DataError`, and `StagingError.damaged` where the file holds more or fewer.
  init(_ path: String, count: Int) throws {
    let file = try InputFile(path)
    guard file.count == Self.fileSize(count: count) else { throw StagingError.damaged(path: path) }
    (self.path, self.count) = (path, count)
    storage = try ByteStorage(mapping: file.descriptor, count: file.count, path: path)
    base = (storage.base + NPYHeader.writtenSize).assumingMemoryBound(to: Element.self)
  }

  /// Bytes of a file of so many numbers.
  static func fileSize(count: Int) -> Int { NPYHeader.writtenSize + count * MemoryLayout<Element>.stride }

  subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "number outside the array")
    return base[index]
  }
}
