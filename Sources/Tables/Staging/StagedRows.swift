/// Takes the numbers of a staged table row by row, and puts them into files.
protocol StagedRows: AnyObject {
  /// Takes a row, NaN where a value is missing. Throws `FileError`.
  func append(_ features: UnsafeBufferPointer<Float>) throws
  /// Puts the files in place and says what they are, if they are more than one array. Throws `FileError`.
  func finish(rowCount: Int) throws -> TableSidecar.Entries?
}

/// All values, as one row-major float32 NPY.
final class StagedDenseRows: StagedRows {
  private let width: Int
  private let array: StagedArray<Float>

  /// Rows of `width` values for the file at `path`. Throws `FileError`.
  init(_ path: String, width: Int) throws {
    self.width = width
    array = try StagedArray(path, element: "<f4")
  }

  func append(_ features: UnsafeBufferPointer<Float>) throws { try array.append(features) }

  func finish(rowCount: Int) throws -> TableSidecar.Entries? {
    try array.finish(rows: rowCount, columns: width)
    return nil
  }
}

/// The values that are not 0 (CSR), as three NPY: values at `path`, beside them their columns and where each row begins.
final class StagedSparseRows: StagedRows {
  private let values: StagedArray<Float>
  private let columns: StagedArray<UInt32>
  private let starts: StagedArray<Int64>
  private var count = 0

  /// Rows for the files at `base` and `path`. Throws `FileError`.
  init(_ path: String, base: String) throws {
    values = try StagedArray(path, element: "<f4")
    columns = try StagedArray(base + ".columns.npy", element: "<u4")
    starts = try StagedArray(base + ".starts.npy", element: "<i8")
    try starts.append(0)
  }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    for column in features.indices where features[column] != 0 {
      try values.append(features[column])
      try columns.append(UInt32(column))
      count += 1
    }
    try starts.append(Int64(count))
  }

  func finish(rowCount: Int) throws -> TableSidecar.Entries? {
    try values.finish(rows: count, columns: nil)
    try columns.finish(rows: count, columns: nil)
    try starts.finish(rows: rowCount + 1, columns: nil)
    return .init(
      count: count, columns: StagedTableWriter.name(columns.path), starts: StagedTableWriter.name(starts.path)
    )
  }
}
