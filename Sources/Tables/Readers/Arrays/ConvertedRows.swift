/// A column of the rows in a file: where its first value stands and what it is.
struct ArrayColumn: Equatable {
  /// The field's name, in arrays of records.
  var name: String?
  var type: NumberType
  /// Bytes from the start of the array.
  var offset: Int
}

/// Rows of numbers of any type and order in a file, brought to floats a block at a time.
struct ConvertedRows {
  let file: ByteStorage
  /// Bytes before the array.
  let start: Int
  let rowCount: Int
  let columns: [ArrayColumn]
  /// Bytes from a row's value to the next row's.
  let rowStep: Int

  /// Values that are converted at once, and rows, which stay in the processor's cache.
  private static let (blockCount, tile) = (1 << 20, 64)

  /// Calls `body` with each row. Throws what it throws.
  func forEachRow(_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    let width = columns.count
    let block = min(rowCount, max(Self.tile, Self.blockCount / width))
    var values = [Float](repeating: 0, count: block * width)
    let base = file.base + start
    for first in stride(from: 0, to: rowCount, by: block) {
      let rows = min(block, rowCount - first)
      values.withUnsafeMutableBufferPointer { values in
        for tile in stride(from: 0, to: rows, by: Self.tile) {
          for (place, column) in columns.enumerated() {
            column.type.convert(
              base + column.offset + (first + tile) * rowStep, step: rowStep,
              count: min(Self.tile, rows - tile),
              into: values.baseAddress! + tile * width + place, stride: width)
          }
        }
      }
      try values.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          try body(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]))
        }
      }
    }
  }

  /// Passes the rows of `source` to what `begin` returns for their columns, and returns notes, for the user. Throws `DataError`,
  /// `ColumnChoiceError`, and what the sink throws.
  func pass(
    _ source: InputFile, names: [String]?, grid: FeatureGrid?, options: TableOptions,
    to begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let table = ArrayTable(
      path: source.path, columnCount: columns.count,
      names: try options.columnNames(names, count: columns.count, path: source.path), frame: nil, grid: grid
    ) { body in
      var row = 0
      try self.forEachRow { values in
        try body(values)
        row += 1
        if row.isMultiple(of: 256) { source.progress?.note(source.count / self.rowCount * row) }
      }
    }
    return try table.pass(options.columns, to: begin)
  }
}
