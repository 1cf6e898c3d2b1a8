/// A file of IDX (http://yann.lecun.com/exdb/mnist): the first dimension is the rows, the others are the features. Bytes are
/// mapped as they are; other numbers are staged.
struct IDXReader: OpeningReader, StreamingReader {
  let format = "idx"

  func recognises(_ start: FileStart) -> Bool {
    guard let bytes = start.bytes, bytes.count >= 4 else { return false }
    return bytes[0] == 0 && bytes[1] == 0 && IDXElement(rawValue: bytes[2]) != nil
  }

  func isForm(_ path: String) throws -> Bool {
    let start = try InputFile(path).start(IDXHeader.largestSize)
    return try start.withUnsafeBytes { try IDXHeader($0, path: path) }.element == .unsignedByte
  }

  func unpack(_ path: String, cache: String) throws { try IDXFile.unpack(path, cache: cache) }

  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    part == .training ? TablePart(try ByteTable(IDXFile(path: path, cache: options.cache))) : nil
  }

  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let array = try IDXFile(path: file.path, cache: options.cache)
    let (rows, width) = try array.table()
    let type = array.header.element.type
    let converted = ConvertedRows(
      file: array.storage, start: array.header.size, rowCount: rows,
      columns: (0..<width).map { ArrayColumn(type: type, offset: $0 * type.width) },
      rowStep: width * type.width)
    return try converted.pass(
      file, names: nil, grid: FeatureGrid(dimensions: array.dimensions), options: options, to: begin)
  }
}

extension IDXFile {
  /// Rows, and the features of each. Throws `DataError.wrongRank` when there are fewer than two dimensions.
  fileprivate func table() throws -> (rows: Int, features: Int) {
    guard dimensions.count >= 2 else {
      throw DataError.wrongRank(path: path, dimensions: dimensions, expected: .table)
    }
    return (dimensions[0], dimensions.dropFirst().reduce(1, *))
  }

  /// Throws `DataError.unsupportedElement` unless the values are bytes, which need no copy.
  func requireBytes() throws {
    guard header.element == .unsignedByte else {
      throw DataError.unsupportedElement(path: path, element: header.element)
    }
  }
}

extension ByteTable {
  /// Takes the first dimension of `file` as rows and the others as features; two others make a grid.
  ///
  /// Throws `DataError.wrongRank` when the file has fewer than two dimensions, `DataError.unsupportedElement` when it does not hold
  /// bytes.
  package init(_ file: IDXFile) throws {
    let (rows, width) = try file.table()
    try file.requireBytes()
    self.init(
      file.storage, start: file.header.size, path: file.path, rowCount: rows,
      schema: TableSchema(count: width, kind: .byte, grid: FeatureGrid(dimensions: file.dimensions)))
  }
}
