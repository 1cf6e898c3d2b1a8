import LinearAlgebra

/// Some of the columns of a table, in an order of their own.
package struct ColumnView: Table {
  private let base: any Table
  private let columns: [Int]
  package let schema: TableSchema

  /// The view of `columns` of `base`, each once; `names` are those of all columns of the base.
  package init(_ base: any Table, columns: [Int], names: [String]? = nil) {
    precondition(Set(columns).count == columns.count, "each column once")
    self.base = base
    self.columns = columns
    let named = TableSchema(
      kinds: base.schema.kinds, names: names ?? base.schema.names, grid: base.schema.grid)
    schema = named.selecting(columns)
  }

  package var path: String { base.path }
  package var rowCount: Int { base.rowCount }

  /// The hash of the table with all its columns.
  package func contentHash() throws -> String { try base.contentHash() }

  package func copyRows<Scalar: Real>(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    // Columns that stand side by side are copied together.
    var first = features.lowerBound
    while first < features.upperBound {
      var end = first + 1
      while end < features.upperBound && columns[end] == columns[end - 1] + 1 { end += 1 }
      let done = first - features.lowerBound
      base.copyRows(
        rows, features: columns[first]..<columns[first] + (end - first), scaling: scaling.dropFirst(done),
        into: destination + done, stride: stride)
      first = end
    }
  }
}
