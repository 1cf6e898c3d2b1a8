/// Rows of a table that are kept on the disk until its columns are read, in memory that does not grow with their product.
final class TransposedSpool {
  /// Values of a row.
  let width: Int
  private(set) var rowCount = 0
  private let rows: any SpooledRows

  /// Rows of `width` values, of which a share of `density` are other than 0, kept in `directory` (empty: that for temporary
  /// files). Throws `FileError`.
  init(width: Int, path: String, directory: String, density: Double = 1) throws {
    self.width = width
    let file = { try SpoolFile(directory: directory, path: path) }
    rows =
      TableColumns.isSparse(density: density)
      ? SpooledSparseRows(width: width, try file(), try file()) : SpooledDenseRows(width: width, try file())
  }

  /// Takes a row. Throws `FileError`.
  func append(_ row: UnsafeBufferPointer<Float>) throws {
    try rows.append(row)
    rowCount += 1
  }

  /// Calls `body` with each column, in their order. Throws what it throws, `FileError` and `DataError`.
  func forEachColumn(_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    if rowCount > 0 { try rows.forEachColumn(rowCount: rowCount, body) }
  }
}

/// Rows in a file, to be read by columns.
private protocol SpooledRows: AnyObject {
  func append(_ row: UnsafeBufferPointer<Float>) throws
  func forEachColumn(rowCount: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws
}

/// All values, a block of columns of which is turned round at once.
private final class SpooledDenseRows: SpooledRows {
  private let width: Int
  private let file: SpoolFile
  private var buffer: [Float] = []

  private static let bufferCount = 1 << 18
  private static let blockCount = 1 << 23

  init(width: Int, _ file: SpoolFile) { (self.width, self.file) = (width, file) }

  func append(_ row: UnsafeBufferPointer<Float>) throws {
    buffer += row
    if buffer.count >= Self.bufferCount { try file.append(&buffer) }
  }

  func forEachColumn(rowCount: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try file.append(&buffer)
    let storage = try file.mapped()
    let values = storage.base.assumingMemoryBound(to: Float.self)
    defer { withExtendedLifetime(storage) {} }
    let block = max(1, min(width, Self.blockCount / rowCount))
    var turned = [Float](repeating: 0, count: block * rowCount)
    for start in stride(from: 0, to: width, by: block) {
      let columns = min(block, width - start)
      for row in 0..<rowCount {
        for column in 0..<columns { turned[column * rowCount + row] = values[row * width + start + column] }
      }
      try turned.withUnsafeBufferPointer { turned in
        for column in 0..<columns {
          try body(UnsafeBufferPointer(rebasing: turned[column * rowCount..<(column + 1) * rowCount]))
        }
      }
    }
  }
}

/// The values other than 0, which are sorted by columns, in a second file, when all are there.
private final class SpooledSparseRows: SpooledRows {
  /// A value, and its column in the first file, its row in the second.
  private struct Entry {
    var place: UInt32
    var value: Float
  }

  private let (byRows, byColumns): (SpoolFile, SpoolFile)
  private var buffer: [Entry] = []
  /// Where each row ends.
  private var ends: [Int] = []
  /// Values of each column.
  private var counts: [Int]
  private var count = 0

  private static let bufferCount = 1 << 17

  init(width: Int, _ byRows: SpoolFile, _ byColumns: SpoolFile) {
    (self.byRows, self.byColumns) = (byRows, byColumns)
    counts = Array(repeating: 0, count: width)
  }

  func append(_ row: UnsafeBufferPointer<Float>) throws {
    for column in row.indices where row[column] != 0 {
      buffer.append(Entry(place: UInt32(column), value: row[column]))
      counts[column] += 1
      count += 1
    }
    ends.append(count)
    if buffer.count >= Self.bufferCount { try byRows.append(&buffer) }
  }

  func forEachColumn(rowCount: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try byRows.append(&buffer)
    let given = try byRows.mapped()
    let source = given.base.assumingMemoryBound(to: Entry.self)
    try byColumns.fill(count * MemoryLayout<Entry>.stride) { memory in
      let sorted = memory.bindMemory(to: Entry.self, capacity: count)
      var next: [Int] = [0]
      for count in counts.dropLast() { next.append(next.last! + count) }
      var entry = 0
      for (row, end) in ends.enumerated() {
        while entry < end {
          let column = Int(source[entry].place)
          sorted[next[column]] = Entry(place: UInt32(row), value: source[entry].value)
          next[column] += 1
          entry += 1
        }
      }
    }
    let storage = try byColumns.mapped()
    let sorted = storage.base.assumingMemoryBound(to: Entry.self)
    var column = [Float](repeating: 0, count: rowCount)
    var start = 0
    for count in counts {
      for entry in start..<start + count { column[Int(sorted[entry].place)] = sorted[entry].value }
      try column.withUnsafeBufferPointer(body)
      for entry in start..<start + count { column[Int(sorted[entry].place)] = 0 }
      start += count
    }
    withExtendedLifetime((given, storage)) {}
  }
}
