/// A sparse matrix by rows (CSR): where the entries of each row begin, their columns and values.
struct CompressedRows {
  let path: String
  /// What messages call it.
  let place: String
  let rowCount: Int
  let columnCount: Int
  /// One more than there are rows.
  let starts: [Int64]
  /// The columns of some of the entries.
  let indices: (Range<Int>) throws -> [Int64]
  /// The values of some of the entries.
  let values: (Range<Int>) throws -> [Float]

  /// The share of the values that are entries.
  var density: Double { Double(starts.last ?? 0) / max(1, Double(rowCount) * Double(columnCount)) }

  private static let blockCount = 1 << 18

  private func fail(_ problem: String) -> DataError { .content(path: path, place: place, problem: problem) }

  /// Throws `DataError` unless the rows begin one after the other in `entryCount` entries.
  func check(entryCount: Int) throws {
    guard starts.count == rowCount + 1, starts.first == 0, starts.last.map({ $0 == entryCount }) ?? false,
      zip(starts, starts.dropFirst()).allSatisfy(<=)
    else {
      throw fail("its indptr does not fit \(rowCount) rows and \(entryCount) entries: the file is damaged")
    }
  }

  /// Calls `body` with each row, its other values 0; entries of one place are added up, as SciPy does.
  ///
  /// Throws what it throws, and `DataError` for a column that there is not.
  func forEachRow(_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    var dense = [Float](repeating: 0, count: columnCount)
    var row = 0
    func end() throws {
      try dense.withUnsafeBufferPointer(body)
      for column in dense.indices { dense[column] = 0 }
      row += 1
    }
    let count = Int(starts[rowCount])
    for start in stride(from: 0, to: count, by: Self.blockCount) {
      let block = start..<min(start + Self.blockCount, count)
      let (columns, numbers) = (try indices(block), try values(block))
      for entry in block {
        while entry >= starts[row + 1] { try end() }
        let column = columns[entry - start]
        guard column >= 0, column < columnCount else {
          throw fail(
            "entry \(entry) of row \(row + 1) is in column \(column) of \(columnCount): the file is damaged")
        }
        dense[Int(column)] += numbers[entry - start]
      }
    }
    while row < rowCount { try end() }
  }
}
