import AtomicFile

/// An NPY file that is written value by value; nothing appears under its name before `finish`.
final class StagedArray<Element> {
  let path: String
  private let element: String
  private let file: AtomicFile
  private let block: UnsafeMutableBufferPointer<Element>
  private var filled = 0

  private static var blockCount: Int { 1 << 18 }

  /// Begins the array of values that NumPy calls `element`. Throws `FileError`.
  init(_ path: String, element: String) throws {
    (self.path, self.element) = (path, element)
    file = try AtomicFile(path)
    block = .allocate(capacity: Self.blockCount)
    try NPYHeader.bytes(rows: 0, columns: nil, element: element).withUnsafeBytes(file.append)
  }

  deinit { block.deallocate() }

  /// Takes a value. Throws `FileError`.
  func append(_ value: Element) throws {
    if filled == block.count { try flush() }
    block[filled] = value
    filled += 1
  }

  /// Takes values. Throws `FileError`.
  func append(_ values: UnsafeBufferPointer<Element>) throws {
    if filled + values.count > block.count { try flush() }
    guard values.count <= block.count else { return try file.append(UnsafeRawBufferPointer(values)) }
    _ = UnsafeMutableBufferPointer(rebasing: block[filled...]).update(from: values)
    filled += values.count
  }

  private func flush() throws {
    let bytes = UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: block[..<filled]))
    filled = 0
    try file.append(bytes)
  }

  /// Puts the file in place, as `rows` of `columns` values, or of one. Throws `FileError`.
  func finish(rows: Int, columns: Int?) throws {
    try flush()
    try NPYHeader.bytes(rows: rows, columns: columns, element: element).withUnsafeBytes(file.overwriteStart)
    try file.commit()
  }
}
