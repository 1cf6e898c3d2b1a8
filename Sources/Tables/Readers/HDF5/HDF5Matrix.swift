import CHDF5

/// A matrix in an HDF5 file, dense or sparse, whose rows are read in turn in bounded memory.
struct HDF5Matrix {
  let rowCount: Int
  let columnCount: Int
  /// The share of the values that the file holds, the others being 0.
  let density: Double
  /// Calls its argument with each row.
  let forEachRow: ((UnsafeBufferPointer<Float>) throws -> Void) throws -> Void

  /// Values that are read at once, unless the file's chunks need more.
  private static let blockCount = 1 << 20
  /// More are taken for a mistake.
  private static let largestWidth = 1 << 24

  /// Opens an array or a sparse matrix, `counts` where it is such; one by columns is turned round in `directory`. Throws
  /// `DataError`.
  init(_ object: HDF5Object, counts: CellRangerCounts?, directory: String) throws {
    if object.isGroup {
      try self.init(sparse: object, shape: counts?.shape(), directory: directory)
    } else {
      try self.init(dense: object)
    }
    guard rowCount > 0, columnCount > 0 else {
      throw object.fail("has \(rowCount) rows of \(columnCount) columns: it is empty")
    }
    guard columnCount <= Self.largestWidth else {
      throw object.fail(
        "has \(columnCount) columns, more than \(Self.largestWidth): should it be read with --transpose?")
    }
    guard rowCount <= Int(UInt32.max) else {
      throw object.fail("has \(rowCount) rows; at most \(UInt32.max) are read")
    }
  }

  private init(dense object: HDF5Object) throws {
    let description = try object.describe()
    let sizes = description.sizes
    guard sizes.count >= 2 else {
      throw object.fail(
        "has \(sizes.count) \(sizes.count == 1 ? "dimension" : "dimensions"); a table needs 2 (rows, features)"
      )
    }
    guard description.kind == cae_h5_number else { throw object.fail("holds no numbers") }
    let width = sizes.dropFirst().reduce(1, *)
    rowCount = sizes[0]
    columnCount = width
    density = 1
    forEachRow = { body in
      object.file.expect(description.count)
      // Whole chunks, so that none is unpacked twice.
      let chunk = max(1, description.chunk[0])
      let block = min(sizes[0], max(1, Self.blockCount / width / chunk) * chunk)
      var values = [Float](repeating: 0, count: block * width)
      for start in stride(from: 0, to: sizes[0], by: block) {
        let rows = min(block, sizes[0] - start)
        try values.withUnsafeMutableBufferPointer {
          try object.read(
            start: [start] + sizes.dropFirst().map { _ in 0 }, count: [rows] + sizes.dropFirst(),
            into: $0.baseAddress!)
        }
        try values.withUnsafeBufferPointer { values in
          for row in 0..<rows {
            try body(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]))
          }
        }
      }
    }
  }

  /// `given` is the shape of a matrix by rows that has no encoding.
  private init(sparse object: HDF5Object, shape given: [Int]?, directory: String) throws {
    let encoding = object.text("encoding-type") ?? object.text("h5sparse_format") ?? ""
    let isByColumns = encoding.hasPrefix("csc")
    guard let shape = given ?? object.sparseShape, given != nil || encoding.hasPrefix("csr") || isByColumns
    else {
      throw object.fail(
        "is a group and no sparse matrix (its encoding is '\(encoding)'); arrays in it are named like \(object.place)/"
          + (object.children.first ?? "..."))
    }
    guard shape.allSatisfy({ (1...Int(UInt32.max)).contains($0) }) else {
      throw object.fail("has \(shape[0]) rows of \(shape[1]) columns: the file is damaged")
    }
    let parts = try ["data", "indices", "indptr"].map { try object.file.object("\(object.place)/\($0)") }
    let counts = try parts.map { part in
      let description = try part.describe()
      guard description.sizes.count == 1 else { throw part.fail("has not 1 dimension: the file is damaged") }
      return description.count
    }
    let (major, minor) = isByColumns ? (shape[1], shape[0]) : (shape[0], shape[1])
    guard counts[0] == counts[1], counts[2] == major + 1 else {
      throw object.fail("its parts do not fit its shape, \(shape[0]) x \(shape[1]): the file is damaged")
    }
    // Each row, or column, is in memory whole.
    guard minor <= Self.largestWidth else {
      throw object.fail(
        "has \(minor) \(isByColumns ? "rows" : "columns"), of which at most \(Self.largestWidth) are read"
          + (isByColumns ? " where they stand by columns: write X.tocsr()" : ""))
    }
    let rows = CompressedRows(
      path: object.file.path, place: object.place, rowCount: major, columnCount: minor,
      starts: try parts[2].integers(0..<counts[2]), indices: { try parts[1].integers($0) },
      values: { try parts[0].floats($0) })
    try rows.check(entryCount: counts[0])
    (rowCount, columnCount) = (shape[0], shape[1])
    density = rows.density
    forEachRow = { body in
      object.file.expect(2 * counts[0])
      guard isByColumns else { return try rows.forEachRow(body) }
      let spool = try TransposedSpool(
        width: minor, path: object.file.path, directory: directory, density: rows.density)
      try rows.forEachRow(spool.append)
      try spool.forEachColumn(body)
    }
  }
}
