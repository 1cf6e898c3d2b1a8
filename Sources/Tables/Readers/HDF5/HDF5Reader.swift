/// HDF5 files: AnnData (`.h5ad`; its `X`, or `file.h5ad:layers/counts`, `file.h5ad:raw/X`), CellRanger's counts, else an array
/// of at least two dimensions or a sparse matrix as AnnData stores them (`file.h5:/path`).
struct HDF5Reader: StreamingReader {
  let format = "hdf5"
  var holdsArrays: Bool { true }
  var isForeign: Bool { true }

  private static let magic: [UInt8] = [0x89] + "HDF\r\n".utf8 + [0x1a, 0x0a]

  /// Others' bytes may precede the file, of 512 bytes or a power of two more (MATLAB's do).
  func recognises(_ start: FileStart) -> Bool {
    guard let bytes = start.bytes else { return false }
    return [0, 512, 1_024, 2_048].contains { bytes.dropFirst($0).starts(with: Self.magic) }
  }

  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    try HDF5File.with(file) { file in
      let place = try Self.place(array, in: file)
      let counts = CellRangerCounts(file, place)
      let matrix = try HDF5Matrix(file.object(place), counts: counts, directory: options.cache)
      // Beside X and layers stand var and obs; raw has genes of its own.
      let isAnnotated = place == "X" || place.hasPrefix("layers/") || place == "raw/X" || place == "raw.X"
      let prefix = place.hasPrefix("raw") ? String(place.dropLast()) : ""
      let genes = try isAnnotated ? HDF5Frame(file, prefix + "var") : nil
      let cells = try counts?.cells(count: matrix.rowCount) ?? (isAnnotated ? HDF5Frame(file, "obs") : nil)
      if !options.namesFrom.isEmpty, genes == nil, counts == nil {
        throw file.fail(place, "has no table var beside it, from which --names-from could take names")
      }
      var names =
        try counts?.names(options.namesFrom, count: matrix.columnCount) ?? genes?.texts(options.namesFrom)
      if let names, names.count != matrix.columnCount {
        throw file.fail(
          prefix + "var",
          "has \(names.count) rows for \(matrix.columnCount) columns of \(place): it is damaged")
      }
      var notes = names == nil ? [] : ColumnNames.makeUnique(&names!)
      names = try options.columnNames(names, count: matrix.columnCount, path: file.path)
      let table = ArrayTable(
        path: file.path, columnCount: matrix.columnCount, names: names, frame: cells,
        density: matrix.density, forEachRow: matrix.forEachRow)
      notes += try table.pass(options.columns, to: begin)
      return notes
    }
  }

  /// Where the array is that is meant. Throws `DataError` where that is not plain.
  private static func place(_ array: String, in file: HDF5File) throws -> String {
    if !array.isEmpty {
      let place = array.drop { $0 == "/" }
      // As older files call it.
      return place == "raw/X" && file.find("raw/X") == nil && file.find("raw.X") != nil
        ? "raw.X" : String(place)
    }
    if file.find("X") != nil { return "X" }
    if let counts = CellRangerCounts.only(in: file) { return counts.group.place }
    let arrays = file.arrays()
    if arrays.count == 1 { return arrays[0].place }
    let names = arrays.prefix(8).map { "\($0.place) (\($0.shape))" }.joined(separator: ", ")
    throw file.fail(
      "",
      arrays.isEmpty
        ? "has no array of at least two dimensions"
        : "has \(arrays.count) arrays; name one behind the path, \(file.path):\(arrays[0].place) say. There are \(names)"
    )
  }
}
