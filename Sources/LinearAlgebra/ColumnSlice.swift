/// Some columns of a matrix that belong to one of several workers.
///
/// Where a row's columns are few, they are worked on in a copy: a processor that reads along a row asks for what comes
/// after it ahead of time, and so would take the neighbouring worker's columns away from it again and again.
package final class ColumnSlice<Scalar: Real> {
  /// The columns.
  package let columns: Range<Int>

  private let matrix: MatrixView<Scalar>
  private let copy: AlignedBuffer<Scalar>?
  private let base: UnsafeMutablePointer<Scalar>
  private let stride: Int

  /// Columns from which on a row is long enough to be worked on where it lies.
  private static var longRow: Int { 2048 }

  /// Slices a matrix, which must outlive the slice.
  package init(of matrix: MatrixView<Scalar>, columns: Range<Int>) {
    self.matrix = matrix
    self.columns = columns
    if columns.count < min(matrix.columns, Self.longRow) {
      let copy = AlignedBuffer<Scalar>(count: matrix.rows * columns.count)
      self.copy = copy
      base = copy.base
      stride = columns.count
    } else {
      copy = nil
      base = matrix.base + columns.lowerBound
      stride = matrix.columns
    }
  }

  /// The first of a row's columns.
  package func row(_ index: Int) -> UnsafeMutablePointer<Scalar> { base + index * stride }

  /// Takes the matrix's values into a copy.
  package func take() {
    guard let copy else { return }
    for row in 0..<matrix.rows {
      (copy.base + row * stride).update(from: matrix.row(row) + columns.lowerBound, count: columns.count)
    }
  }

  /// Writes a copy's values to the matrix.
  package func publish() {
    guard let copy else { return }
    for row in 0..<matrix.rows {
      (matrix.row(row) + columns.lowerBound).update(from: copy.base + row * stride, count: columns.count)
    }
  }
}
