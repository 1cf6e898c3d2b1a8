/// A NumPy array (`np.save`): the first dimension is the rows, the others are the features; of records, the fields.
///
/// Bytes and little-endian floats in C's order are mapped as they are; files of other types and orders are staged.
struct NPYReader: OpeningReader, StreamingReader {
  let format = "npy"

  func recognises(_ start: FileStart) -> Bool { start.bytes?.starts(with: NPYDescription.magic) ?? false }

  func isForm(_ path: String) throws -> Bool {
    if StagedTable(beside: path) != nil { return true }
    return try InputFile(path).start(NPYHeader.largestSize).withUnsafeBytes {
      try NPYHeader($0, path: path).mappedKind != nil
    }
  }

  func unpack(_ path: String, cache: String) throws {
    try ArrayFile<NPYHeader>.unpack(path, cache: cache)
  }

  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    guard part == .training else { return nil }
    if let staged = StagedTable(beside: path) { return try staged.open() }
    let file = try ArrayFile<NPYHeader>(path: path, cache: options.cache)
    let header = file.header
    let (rows, kind) = (header.dimensions[0], header.mappedKind)
    guard rows <= Int(UInt32.max) else { throw DataError.tooLarge(path: path, dimensions: header.dimensions) }
    let schema = TableSchema(
      count: header.width, kind: kind ?? .number, names: header.names,
      grid: FeatureGrid(dimensions: header.dimensions))
    let start = header.size
    switch kind {
    case .byte?:
      return TablePart(ByteTable(file.storage, start: start, path: path, rowCount: rows, schema: schema))
    case .number?:
      return TablePart(FloatTable(file.storage, start: start, path: path, rowCount: rows, schema: schema))
    case nil: throw StagingError.changed(path: path)
    }
  }

  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let array = try ArrayFile<NPYHeader>(path: file.path, cache: options.cache)
    let header = array.header
    guard header.dimensions[0] <= Int(UInt32.max) else {
      throw DataError.tooLarge(path: file.path, dimensions: header.dimensions)
    }
    let rows = ConvertedRows(
      file: array.storage, start: header.size, rowCount: header.dimensions[0], columns: header.columns,
      rowStep: header.rowStep)
    return try rows.pass(
      file, names: header.names, grid: FeatureGrid(dimensions: header.dimensions), options: options, to: begin
    )
  }
}

extension NPYHeader {
  /// The names of a record's fields.
  fileprivate var names: [String]? {
    let names = fields.compactMap(\.name)
    return names.isEmpty ? nil : names
  }

  /// Features of a row.
  fileprivate var width: Int { names?.count ?? dimensions.dropFirst().reduce(1, *) }

  /// What the values are, where they stand as they are trained from.
  fileprivate var mappedKind: FeatureKind? {
    guard isRowMajor else { return nil }
    let type = fields[0].type
    if type == NumberType(numpy: "|u1") { return .byte }
    return type == NumberType(numpy: "<f4") && size % MemoryLayout<Float>.alignment == 0 ? .number : nil
  }
}
