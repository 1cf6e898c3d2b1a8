import CVectorMath

/// A table of unsigned bytes, value = byte / 255, that stays in the mapped file until rows are copied.
public struct ByteTable: FeatureTable {
  private let file: IDXFile
  /// How many rows ahead of the one being copied memory is asked for the next.
  private static let rowsAhead = 4

  /// The first dimension.
  public let rowCount: Int
  /// The product of the other dimensions.
  public let featureCount: Int
  /// The second and third dimension, when there are exactly three.
  public let grid: FeatureGrid?
  /// Bytes come without names.
  public var featureNames: [String]? { nil }

  /// Takes the first dimension of `file` as rows and the others as features; two others make a grid.
  ///
  /// Throws `DataError.wrongRank` when the file has fewer than two dimensions.
  public init(_ file: IDXFile) throws {
    let dimensions = file.dimensions
    guard dimensions.count >= 2 else {
      throw DataError.wrongRank(path: file.path, dimensions: dimensions, expected: .table)
    }
    self.file = file
    rowCount = dimensions[0]
    featureCount = file.count / dimensions[0]
    grid = dimensions.count == 3 ? FeatureGrid(rows: dimensions[1], columns: dimensions[2]) : nil
  }

  /// SHA-256 of the unpacked file the table is read from, header included.
  public func contentHash() -> String { file.contentHash() }

  /// Writes byte / 255 of `features` of `rows`, `[rows.count, features.count]`; every row must exist.
  public func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Float>
  ) {
    forEachRow(rows, features) { position, bytes in
      cvm_from_bytes_f32(destination + position * features.count, bytes, features.count, 1 / 255)
    }
  }

  /// Writes byte / 255 of `features` of `rows`, `[rows.count, features.count]`; every row must exist.
  public func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Double>
  ) {
    forEachRow(rows, features) { position, bytes in
      cvm_from_bytes_f64(destination + position * features.count, bytes, features.count, 1 / 255)
    }
  }

  @inline(__always)
  private func forEachRow(
    _ rows: UnsafeBufferPointer<UInt32>, _ features: Range<Int>, _ body: (Int, UnsafePointer<UInt8>) -> Void
  ) {
    precondition(features.lowerBound >= 0 && features.upperBound <= featureCount, "feature outside the table")
    let base = file.elements + features.lowerBound
    for position in rows.indices {
      let row = Int(rows[position])
      precondition(row < rowCount, "row outside the table")
      // Rows lie anywhere, so that the processor cannot see which one comes next.
      if position + Self.rowsAhead < rows.count {
        cvm_prefetch(base + Int(rows[position + Self.rowsAhead]) * featureCount, features.count)
      }
      body(position, base + row * featureCount)
    }
  }
}
