/// A dense row-major matrix [rows, columns] in storage that somebody else owns.
public struct MatrixView<Scalar: Real> {
  /// The first element.
  public let base: UnsafeMutablePointer<Scalar>
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int

  /// Views `rows * columns` scalars from `base`.
  public init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
  }

  /// Number of elements.
  public var count: Int { rows * columns }

  /// The element in a row and column.
  public subscript(row: Int, column: Int) -> Scalar {
    get { base[row * columns + column] }
    nonmutating set { base[row * columns + column] = newValue }
  }

  /// The first element of a row.
  public func row(_ index: Int) -> UnsafeMutablePointer<Scalar> { base + index * columns }

  /// The first `count` rows.
  public func prefix(_ count: Int) -> MatrixView { MatrixView(base, rows: count, columns: columns) }

  /// Some of the rows.
  public func rows(_ range: Range<Int>) -> MatrixView {
    MatrixView(row(range.lowerBound), rows: range.count, columns: columns)
  }

  /// Sets every element to 0.
  public func clear() { base.update(repeating: 0, count: count) }

  /// self = a b, [m, k] [k, n].
  public func assign(product a: MatrixView, _ b: MatrixView) {
    precondition(a.rows == rows && b.columns == columns && a.columns == b.rows)
    multiply(a, transposed: false, b, transposed: false, inner: a.columns)
  }

  /// self = a b^T, [m, k] [n, k].
  public func assign(product a: MatrixView, transposed b: MatrixView) {
    precondition(a.rows == rows && b.rows == columns && a.columns == b.columns)
    multiply(a, transposed: false, b, transposed: true, inner: a.columns)
  }

  /// self = a^T b, [k, m] [k, n]; with `accumulate` self += a^T b.
  public func assign(transposed a: MatrixView, product b: MatrixView, accumulate: Bool = false) {
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
