/// A dense row-major matrix [rows, columns] in storage that somebody else owns.
package struct MatrixView<Scalar: Real> {
  /// The first element.
  package let base: UnsafeMutablePointer<Scalar>
  /// Number of rows.
  package let rows: Int
  /// Number of columns.
  package let columns: Int

  /// Views `rows * columns` scalars from `base`.
  package init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
  }

  /// Number of elements.
  package var count: Int { rows * columns }

  // Inlined in other modules too, where loops ask for single elements.

  /// The element in a row and column.
  @inlinable package subscript(row: Int, column: Int) -> Scalar {
    get { base[row * columns + column] }
    nonmutating set { base[row * columns + column] = newValue }
  }

  /// The first element of a row.
  @inlinable package func row(_ index: Int) -> UnsafeMutablePointer<Scalar> { base + index * columns }

  /// The first `count` rows.
  package func prefix(_ count: Int) -> MatrixView { MatrixView(base, rows: count, columns: columns) }

  /// Some of the rows.
  package func rows(_ range: Range<Int>) -> MatrixView {
    MatrixView(row(range.lowerBound), rows: range.count, columns: columns)
  }

  /// Sets every element to 0.
  package func clear() {
    // As bytes: a loop over scalars that are not known here calls a function for each.
    UnsafeMutableRawBufferPointer(start: base, count: count * MemoryLayout<Scalar>.stride)
      .initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// self = a b, [m, k] [k, n].
  package func assign(product a: MatrixView, _ b: MatrixView) {
    precondition(a.rows == rows && b.columns == columns && a.columns == b.rows)
    multiply(a, transposed: false, b, transposed: false, inner: a.columns)
  }

  /// self = a b^T, [m, k] [n, k].
  package func assign(product a: MatrixView, transposed b: MatrixView) {
    precondition(a.rows == rows && b.rows == columns && a.columns == b.columns)
    multiply(a, transposed: false, b, transposed: true, inner: a.columns)
  }

  /// self = a^T b, [k, m] [k, n]; with `accumulate` self += a^T b.
  package func assign(transposed a: MatrixView, product b: MatrixView, accumulate: Bool = false) {
    precondition(a.columns == rows && b.columns == columns && a.rows == b.rows)
    multiply(a, transposed: true, b, transposed: false, inner: a.rows, accumulate: accumulate)
  }

  private func multiply(
    _ a: MatrixView, transposed transposeA: Bool, _ b: MatrixView, transposed transposeB: Bool, inner: Int,
    accumulate: Bool = false
  ) {
    guard count > 0 else { return }
    // A rank without rows adds nothing; BLAS wants leading dimensions above zero.
    guard inner > 0 else { return accumulate ? () : clear() }
    Scalar.gemm(
      transposeA: transposeA, transposeB: transposeB, m: rows, n: columns, k: inner,
      a: a.base, lda: a.columns, b: b.base, ldb: b.columns, beta: accumulate ? 1 : 0, c: base, ldc: columns)
  }
}
