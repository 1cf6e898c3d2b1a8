extension TableReaders {
  /// Rows of a table that is open that are read at once.
  private static let blockValues = 1 << 18

  /// Passes the rows of the data at `path`, as they stand there, one after the other to what `begin` returns for their
  /// columns; returns what was found out and is not plain, for the user. Text is read in bounded memory, once.
  ///
  /// Throws what `open` throws, and what the sink throws.
  ///
  /// - Parameter hashed: takes the SHA-256 of each file, once it is read.
  package static func stream(
    _ path: String, options: TableOptions, hashed: ((String) -> Void)? = nil,
    begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    try StandardInput.with(path, directory: options.cache) { path in
      try stream(
        DataPath.list(path), options: options,
        watch: { path, read in
          let file = try path.open()
          guard let hashed, let file else { return try read(file) }
          hashed(try TableSidecar.Source(reading: file) { try read(file) }.sha256)
        }, begin: begin)
    }
  }

  /// The same for paths of equal columns, whose rows follow each other; `watch` opens the file of each (nil: a directory)
  /// and has it read by the function that it is given.
  static func stream(
    _ paths: [DataPath], options: TableOptions,
    watch: (DataPath, (InputFile?) throws -> Void) throws -> Void,
    begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    var first: (columns: TableColumns, sink: any RowSink)?
    var notes: [String] = []
    try withoutActuallyEscaping(begin) { begin in
      for path in paths {
        let reader = try reader(for: path, options: options)
        let join = { (found: TableColumns) throws -> any RowSink in
          let columns = paths.count == 1 ? found : found.asNumbers
          if let first {
            try columns.requireEqual(first.columns, path: path.file, firstPath: paths[0].file)
            return first.sink
          }
          let sink = try begin(columns)
          first = (columns, sink)
          return sink
        }
        try watch(path) { file in
          let found =
            try options.transpose
            ? transposed(reader, file, path, options, join) : rows(reader, file, path, options, join)
          notes += found.filter { !notes.contains($0) }
        }
      }
    }
    return notes
  }

  /// Passes the rows of one path.
  private static func rows(
    _ reader: any TableReader, _ file: InputFile?, _ path: DataPath, _ options: TableOptions,
    _ begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let opening = reader as? any OpeningReader
    guard let opening, try opening.isForm(path.file) else {
      guard let file, let streaming = reader as? any StreamingReader else {
        throw DataError.directory(path: path.file)
      }
      guard streaming.isForeign, let program = ReaderProcess.program else {
        return try streaming.stream(file, array: path.array, options: options, begin: begin)
      }
      return try ReaderProcess.stream(
        program, streaming, file, array: path.array, options: options, begin: begin)
    }
    guard let part = try opening.open(path.file, part: .training, options: options) else {
      throw DataError.noPart(path: path.file, part: "training")
    }
    try pass(part, options, begin)
    return part.notes
  }

  /// Passes the columns of one path as rows.
  private static func transposed(
    _ reader: any TableReader, _ file: InputFile?, _ path: DataPath, _ options: TableOptions,
    _ begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    var rowOptions = options
    rowOptions.names = ""
    rowOptions.columns = ColumnChoice()
    rowOptions.columns.id = options.columns.id
    rowOptions.columns.textColumns = options.columns.textColumns
    var sink: TransposingSink?
    let notes = try rows(reader, file, path, rowOptions) { columns in
      let made = try TransposingSink(columns, path: path.file, directory: options.cache)
      sink = made
      return made
    }
    return try notes + (sink?.pass(options, to: begin) ?? [])
  }

  /// Passes the rows of a table that is open, with its target as labels, its groups and its weights.
  private static func pass(
    _ part: TablePart, _ options: TableOptions, _ begin: (TableColumns) throws -> any RowSink
  ) throws {
    let chosen = try part.choosing(options)
    let names = try options.columnNames(
      part.table.schema.names, count: part.table.schema.featureCount, path: part.table.path)
    // Identifiers and parts are text, which an open table has not.
    let kept = Set(chosen.columns)
    let (labels, groups, weights) = (
      chosen.part.target, chosen.part.division.groups, chosen.part.division.weights
    )
    let beside: [(name: String, role: ColumnChoice.Role)] =
      (labels == nil ? [] : [("label", .label)]) + (groups == nil ? [] : [("group", .group)])
      + (weights == nil ? [] : [("weight", .weight)])
    let roles = (0..<part.table.schema.featureCount).map {
      kept.contains($0) ? ColumnChoice.Role.feature : .none
    }
    let sink = try begin(
      TableColumns(
        names: names.map { $0 + beside.map(\.name) }, roles: roles + beside.map(\.role),
        kind: chosen.part.table.schema.kinds.allSatisfy { $0 == .byte } ? .byte : .number,
        grid: part.table.schema.grid))
    let table = chosen.part.table
    let width = table.schema.featureCount
    let block = max(1, blockValues / width)
    for start in stride(from: 0, to: table.rowCount, by: block) {
      let rows = Array(UInt32(start)..<UInt32(min(start + block, table.rowCount)))
      let values: [Float] = table.values(of: rows, features: 0..<width)
      try values.withUnsafeBufferPointer { values in
        for row in rows.indices {
          try labels?.append(row: start + row, to: sink)
          if let groups { try sink.append(group: "\(groups[start + row])") }
          if let weights { try sink.append(weight: weights[start + row]) }
          try sink.append(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]))
        }
      }
    }
  }
}

extension Target {
  /// Passes what is to be told of a row on as its label.
  fileprivate func append(row: Int, to sink: any RowSink) throws {
    switch self {
    case .classes(let codes, let names):
      let name = names[Int(codes[row])]
      try sink.append(label: name, number: Float(name))
    case .values(let values): try sink.append(label: "\(values[row])", number: values[row])
    }
  }
}
