import Tables

extension StoredRun {
  /// Writes the selected columns of the table at `input` to `output`, as they stand there, in the order of the model's
  /// features; memory does not grow with rows.
  ///
  /// Throws what the reader throws, `MissingColumnsError`, `OutputFormError` and `FileError`; then nothing is written.
  package func transform(_ input: String, options given: TableOptions, to output: String) throws -> TableUse {
    try use(input, options: try options(given, standAlone: false)) { columns, wanted in
      try ColumnPicker(columns, wanted: wanted, input: input, output: output)
    }
  }
}

/// Writes the wanted features of each row.
private final class ColumnPicker: RowUse {
  private let places: [Int]
  private let titles: [String]
  private let input: String
  private let writer: any TableWriter
  private var picked: [Float]
  /// The row's identifier, where rows have one.
  private var texts: [String]
  private var use = TableUse()

  init(_ columns: TableColumns, wanted: WantedColumns, input: String, output: String) throws {
    places = try wanted.places(in: columns, path: input)
    titles = wanted.features.map { wanted.schema.title(of: $0) }
    self.input = input
    picked = Array(repeating: 0, count: places.count)
    writer = try TableWriters.begin(output, TableHeading(texts: columns.idTitles, names: wanted.titles))
    texts = columns.idTitles
    use.columns = places.count
  }

  func append(id: String) { texts = [id] }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    for (index, place) in places.enumerated() {
      guard !features[place].isInfinite else {
        throw DataError.infinite(path: input, row: use.rows, column: titles[index])
      }
      picked[index] = features[place]
    }
    try picked.withUnsafeBufferPointer { try writer.append($0, texts: texts) }
    use.rows += 1
  }

  func finish() throws -> TableUse {
    try writer.finish()
    return use
  }
}
