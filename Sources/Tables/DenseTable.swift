import CVectorMath
import LinearAlgebra

/// A row-major table of unsigned bytes or little-endian floats that stays in the mapped file until rows are copied.
package struct DenseTable<Element: TableElement>: Table {
  package let path: String
  package let rowCount: Int
  package let schema: TableSchema
  private let storage: ByteStorage
  private let start: Int

  /// How many rows ahead of the one being copied memory is asked for the next.
  private static var rowsAhead: Int { 4 }

  /// The rows that begin at byte `start` of `storage`, which has room for them.
  init(_ storage: ByteStorage, start: Int, path: String, rowCount: Int, schema: TableSchema) {
    precondition(start >= 0 && start % MemoryLayout<Element>.alignment == 0, "values out of place")
    precondition(
      (storage.count - start) / MemoryLayout<Element>.stride >= rowCount * schema.featureCount,
      "rows cut short")
    self.path = path
    self.rowCount = rowCount
    self.schema = schema
    self.storage = storage
    self.start = start
  }

  /// A table in memory, `values` row by row; `path` is what messages call it.
  package init(_ values: [Element], path: String = "table in memory", schema: TableSchema) {
    precondition(values.count % schema.featureCount == 0, "whole rows")
    self.init(
      ByteStorage(copying: values), start: 0, path: path, rowCount: values.count / schema.featureCount,
      schema: schema)
  }

  /// SHA-256 of all that the file holds, header included.
  package func contentHash() -> String { storage.contentHash }

  package func copyRows<Scalar: Real>(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let width = schema.featureCount
    precondition(features.lowerBound >= 0 && features.upperBound <= width, "feature outside the table")
    let base = (storage.base + start).assumingMemoryBound(to: Element.self) + features.lowerBound
    for position in rows.indices {
      let row = Int(rows[position])
      precondition(row < rowCount, "row outside the table")
      // Rows lie anywhere, so that the processor cannot see which one comes next.
      if position + Self.rowsAhead < rows.count {
        cvm_prefetch(
          base + Int(rows[position + Self.rowsAhead]) * width, features.count * MemoryLayout<Element>.stride)
      }
      Element.scale(
        base + row * width, count: features.count, scaling: scaling, into: destination + position * stride)
    }
  }
}

/// A table of numbers, NaN for missing ones: what every other format is brought to.
package typealias FloatTable = DenseTable<Float>

/// A table of bytes, such as images.
package typealias ByteTable = DenseTable<UInt8>
