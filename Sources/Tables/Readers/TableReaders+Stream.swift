extension TableReaders {
  /// Rows of a table that is open that are read at once.
  private static let blockValues = 1 << 18

  /// Passes the rows of the data at `path`, as they stand there, one after the other to what `begin` returns for their
  /// columns; returns what was found out and is not plain, for the user. Text is read in bounded memory, once.
  ///
  /// Throws what `open` throws, and what the sink throws.
  package static func stream(
    _ path: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let reader = try reader(for: path, options: options)
    if let streaming = reader as? any StreamingReader {
      return try streaming.stream(InputFile(path), options: options, begin: begin)
    }
    guard let part = try reader.open(path, part: .training, options: options) else {
      throw DataError.noPart(path: path, part: "training")
    }
    let schema = part.table.schema
    let roles = try options.columns.roles(names: schema.names, count: schema.featureCount, path: path)
    // Only text tells identifiers; a number in their place is left out.
    let columns = TableColumns(
      names: schema.names, roles: roles.map { $0 == .feature ? .feature : .none }, kind: schema.kinds[0])
    try pass(ColumnView(part.table, columns: columns.features), to: try begin(columns))
    return part.notes
  }

  private static func pass(_ table: ColumnView, to sink: any RowSink) throws {
    let width = table.schema.featureCount
    let block = max(1, blockValues / width)
    for start in stride(from: 0, to: table.rowCount, by: block) {
      let rows = Array(UInt32(start)..<UInt32(min(start + block, table.rowCount)))
      let values: [Float] = table.values(of: rows, features: 0..<width)
      try values.withUnsafeBufferPointer { values in
        for row in rows.indices {
          try sink.append(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]))
        }
      }
    }
  }
}
