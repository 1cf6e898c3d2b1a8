import AtomicFile
import LinearAlgebra

/// A table that holds its values other than 0 alone, by rows (CSR), in mapped files.
struct SparseTable: Table {
  let path: String
  let rowCount: Int
  let schema: TableSchema
  /// Where the entries of each row begin, and where they end: `Int64`, one more than there are rows.
  private let starts: MappedArray<Int64>
  /// The feature of each entry, ascending in a row.
  private let columns: MappedArray<UInt32>
  private let values: MappedArray<Float>
  /// A row without entries.
  private let zeros: ByteStorage

  /// Rows whose entries are `values` at `columns`. Throws `StagingError.damaged` unless they begin one after the other.
  init(
    path: String, schema: TableSchema, starts: MappedArray<Int64>, columns: MappedArray<UInt32>,
    values: MappedArray<Float>
  ) throws {
    rowCount = starts.count - 1
    guard rowCount >= 0, columns.count == values.count, starts[0] == 0, starts[rowCount] == values.count,
      (0..<rowCount).allSatisfy({ starts[$0] <= starts[$0 + 1] })
    else { throw StagingError.damaged(path: starts.path) }
    (self.path, self.schema) = (path, schema)
    (self.starts, self.columns, self.values) = (starts, columns, values)
    zeros = ByteStorage(copying: [Float](repeating: 0, count: schema.featureCount))
  }

  /// The hash of sizes and entries. Throws `StagingError.damaged` where a row's features do not ascend.
  func contentHash() throws -> String {
    for row in 0..<rowCount {
      let entries = entries(of: row)
      for entry in entries.dropFirst() where columns[entry - 1] >= columns[entry] {
        throw StagingError.damaged(path: columns.path)
      }
      if let last = entries.last, columns[last] >= schema.featureCount {
        throw StagingError.damaged(path: columns.path)
      }
    }
    let parts = [starts.storage, columns.storage, values.storage].map(\.contentHash)
    return ContentHash.text(of: "\(rowCount) \(schema.featureCount) " + parts.joined(separator: " "))
  }

  private func entries(of row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

  /// The first of a row's entries at `feature` or after it.
  private func first(of entries: Range<Int>, from feature: Int) -> Int {
    guard feature > 0 else { return entries.lowerBound }
    var (low, high) = (entries.lowerBound, entries.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if Int(columns[middle]) < feature { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func copyRows<Scalar: Real>(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    precondition(
      features.lowerBound >= 0 && features.upperBound <= schema.featureCount, "feature outside the table")
    let (offset, scale, fill) = (scaling.offset, scaling.scale, scaling.fill)
    let zeros = zeros.base.assumingMemoryBound(to: Float.self)
    for position in rows.indices {
      let row = Int(rows[position])
      precondition(row < rowCount, "row outside the table")
      let out = destination + position * stride
      if scaling.factor == nil {
        Float.scale(zeros, count: features.count, scaling: scaling, into: out)
      } else {
        out.update(repeating: 0, count: features.count)
      }
      let entries = entries(of: row)
      // The same arithmetic as a dense table's, so that the bits are equal.
      for entry in first(of: entries, from: features.lowerBound)..<entries.upperBound {
        let place = Int(columns[entry]) - features.lowerBound
        // Features that descend, in a damaged file, are not to write elsewhere.
        guard place >= 0, place < features.count else { break }
        let value = values[entry]
        out[place] = ((value == value ? Scalar(value) : fill[place]) - offset[place]) * scale[place]
      }
    }
  }
}
