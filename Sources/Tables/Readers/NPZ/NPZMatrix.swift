/// A matrix in an NPZ archive, dense or sparse, whose rows are read in turn, once.
struct NPZMatrix {
  let rowCount: Int
  let columnCount: Int
  /// The share of the values that the file holds, the others being 0.
  let density: Double
  /// Calls its argument with each row.
  let forEachRow: ((UnsafeBufferPointer<Float>) throws -> Void) throws -> Void

  private static let blockCount = 1 << 18

  /// A dense one; one by columns is turned round in `directory`. Throws `DataError`.
  init(_ array: NPZArray, path: String, directory: String) throws {
    let sizes = array.description.dimensions
    guard array.type != nil else {
      throw DataError.numpyType(path: "\(path), \(array.name)", type: array.typeName ?? "record", field: nil)
    }
    guard sizes.count >= 2 else {
      throw DataError.wrongRank(path: "\(path), \(array.name)", dimensions: sizes, expected: .table)
    }
    if let zero = sizes.firstIndex(of: 0) {
      throw DataError.zeroDimension(path: "\(path), \(array.name)", index: zero, dimensions: sizes)
    }
    let (rows, width) = (sizes[0], array.count / sizes[0])
    guard width <= NPYHeader.largestWidth, rows <= Int(UInt32.max) else {
      throw array.member.fail("has \(rows) rows of \(width) values: should it be read with --transpose?")
    }
    let isByColumns = array.description.isFortran && rows > 1 && width > 1
    guard !isByColumns || sizes.count == 2 else {
      throw array.member.fail(
        "is in Fortran's order with \(sizes.count) dimensions; np.ascontiguousarray brings it into C's")
    }
    (rowCount, columnCount, density) = (rows, width, 1)
    forEachRow = { body in
      guard isByColumns else { return try Self.rows(of: array, rows, width: width, body) }
      let spool = try TransposedSpool(width: rows, path: path, directory: directory)
      try Self.rows(of: array, width, width: rows, spool.append)
      try spool.forEachColumn(body)
    }
  }

  private static func rows(
    of array: NPZArray, _ count: Int, width: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let block = max(1, blockCount / width)
    for start in stride(from: 0, to: count, by: block) {
      let rows = min(block, count - start)
      try array.floats(rows * width).withUnsafeBufferPointer { values in
        for row in 0..<rows {
          try body(UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width]))
        }
      }
    }
  }

  /// One of SciPy's. Throws `DataError`.
  init(sparse arrays: [NPZArray], path: String, directory: String) throws {
    func array(_ name: String) throws -> NPZArray {
      guard let found = arrays.first(where: { $0.name == name }) else {
        throw DataError.content(path: path, place: name, problem: "is missing, and a sparse matrix needs it")
      }
      return found
    }
    let format = try arrays.first { $0.name == "format" }?.texts().first ?? "csr"
    guard format == "csr" || format == "csc" else {
      throw DataError.content(
        path: path, place: "",
        problem: "holds a sparse matrix of format '\(format)'; matrix.tocsr() makes one that is read")
    }
    let (data, indices, starts, shape) = (
      try array("data"), try array("indices"), try array("indptr"), try array("shape")
    )
    guard shape.count == 2, data.count == indices.count else {
      throw DataError.content(
        path: path, place: "", problem: "holds \(data.count) values at \(indices.count) places: it is damaged"
      )
    }
    let sizes = try shape.integers(2).map(Int.init)
    let isByColumns = format == "csc"
    guard sizes.allSatisfy({ (1...Int(UInt32.max)).contains($0) }),
      sizes[isByColumns ? 0 : 1] <= NPYHeader.largestWidth,
      starts.count == (isByColumns ? sizes[1] : sizes[0]) + 1
    else {
      throw DataError.content(
        path: path, place: "", problem: "has parts that do not fit \(sizes[0]) rows of \(sizes[1])")
    }
    try starts.requireWhole()
    let (major, minor) = isByColumns ? (sizes[1], sizes[0]) : (sizes[0], sizes[1])
    let rows = CompressedRows(
      path: path, place: "", rowCount: major, columnCount: minor, starts: try starts.integers(starts.count),
      indices: { try indices.integers($0.count) }, values: { try data.floats($0.count) })
    try rows.check(entryCount: data.count)
    (rowCount, columnCount, density) = (sizes[0], sizes[1], rows.density)
    forEachRow = { body in
      guard isByColumns else { return try rows.forEachRow(body) }
      let spool = try TransposedSpool(width: minor, path: path, directory: directory, density: rows.density)
      try rows.forEachRow(spool.append)
      try spool.forEachColumn(body)
    }
  }
}
