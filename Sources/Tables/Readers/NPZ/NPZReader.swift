/// NumPy's archives of arrays (`np.savez`): the array of at least two dimensions, or the one that is named behind the path;
/// `names` beside it are those of the columns. Also SciPy's sparse matrices (`scipy.sparse.save_npz`) by rows or columns.
struct NPZReader: StreamingReader {
  let format = "npz"
  var holdsArrays: Bool { true }

  func recognises(_ start: FileStart) -> Bool { start.bytes?.starts(with: ZipArchive.magic) ?? false }

  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    let archive = try ZipArchive(file)
    let arrays = try archive.entries.compactMap { try NPZArray(archive, $0) }
    let frameArrays = arrays.filter { $0.description.dimensions.count == 1 }
    let isSparse =
      array.isEmpty
      && ["data", "format", "shape"].allSatisfy { name in arrays.contains { $0.name == name } }
    let matrix =
      try isSparse
      ? NPZMatrix(sparse: arrays, path: file.path, directory: options.cache)
      : NPZMatrix(try Self.choose(array, arrays, file), path: file.path, directory: options.cache)
    let namesFrom = options.namesFrom.isEmpty ? "names" : options.namesFrom
    let titled = isSparse ? nil : frameArrays.first { $0.name == namesFrom }
    if !options.namesFrom.isEmpty, titled == nil {
      throw DataError.content(
        path: file.path, place: "", problem: "has no array '\(namesFrom)' of one dimension (--names-from)")
    }
    var names = try titled?.texts()
    if let names, names.count != matrix.columnCount {
      throw titled!.member.fail("has \(names.count) names for \(matrix.columnCount) columns")
    }
    var notes = names == nil ? [] : ColumnNames.makeUnique(&names!)
    names = try options.columnNames(names, count: matrix.columnCount, path: file.path)
    // Arrays of one value a row are columns beside the table.
    let beside = isSparse ? [] : frameArrays.filter { $0.name != namesFrom && $0.count == matrix.rowCount }
    let table = ArrayTable(
      path: file.path, columnCount: matrix.columnCount, names: names,
      frame: beside.isEmpty ? nil : Frame(arrays: beside),
      density: matrix.density, forEachRow: matrix.forEachRow)
    notes += try table.pass(options.columns, to: begin)
    return notes
  }

  private static func choose(_ name: String, _ arrays: [NPZArray], _ file: InputFile) throws -> NPZArray {
    let tables = arrays.filter { $0.description.dimensions.count >= 2 }
    let found = name.isEmpty ? (tables.count == 1 ? tables[0] : nil) : arrays.first { $0.name == name }
    if let found { return found }
    let list = arrays.prefix(8).map {
      "\($0.name) (\($0.description.dimensions.map(String.init).joined(separator: " x ")))"
    }.joined(separator: ", ")
    if arrays.isEmpty {
      let isWorkbook = [".xlsx", ".xlsm", ".ods"].contains { file.path.lowercased().hasSuffix($0) }
      throw DataError.content(
        path: file.path, place: "",
        problem: isWorkbook
          ? "is a workbook of a spreadsheet: save the sheet as CSV" : "is a zip archive without NumPy arrays")
    }
    throw DataError.content(
      path: file.path, place: "",
      problem: !name.isEmpty
        ? "has no array '\(name)'; it has \(list)"
        : tables.isEmpty
          ? "has no array of at least two dimensions; it has \(list)"
          : "has several arrays; name one behind the path, \(file.path):\(tables[0].name) say. There are \(list)"
    )
  }

  /// Arrays beside the table with a value for each row.
  private struct Frame: RowFrame {
    let arrays: [NPZArray]
    var names: [String] { arrays.map(\.name) }
    var identifier: Int? { nil }

    func column(_ place: Int) throws -> FrameColumn {
      let array = arrays[place]
      guard array.type != nil else { return .texts(try array.texts()) }
      try array.requireWhole()
      return .numbers(try array.floats(array.count))
    }
  }
}
