/// A file of IDX (http://yann.lecun.com/exdb/mnist): the first dimension is the rows, the others are the features.
struct IDXReader: OpeningReader {
  let format = "idx"

  func recognises(_ start: FileStart) -> Bool {
    guard let bytes = start.bytes, bytes.count >= 4 else { return false }
    return bytes[0] == 0 && bytes[1] == 0 && IDXElement(rawValue: bytes[2]) != nil
  }

  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart? {
    part == .training ? TablePart(try ByteTable(IDXFile(path: path))) : nil
  }
}

extension ByteTable {
  /// Takes the first dimension of `file` as rows and the others as features; two others make a grid.
  ///
  /// Throws `DataError.wrongRank` when the file has fewer than two dimensions.
  package init(_ file: IDXFile) throws {
    let dimensions = file.dimensions
    guard dimensions.count >= 2 else {
      throw DataError.wrongRank(path: file.path, dimensions: dimensions, expected: .table)
    }
    self.init(
      file.storage, start: file.header.size, path: file.path, rowCount: dimensions[0],
      schema: TableSchema(
        count: file.count / dimensions[0], kind: .byte, grid: FeatureGrid(dimensions: dimensions)))
  }
}
