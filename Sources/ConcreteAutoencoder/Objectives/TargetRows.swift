import LinearAlgebra

/// What rows are compared with, where that is not their features: room for a class or a number of each, to be filled by
/// the caller.
package final class TargetRows<Scalar: Real> {
  /// A class a row; empty where there are none.
  package let classes: UnsafeMutableBufferPointer<Int32>
  /// A number a row; empty where there are none.
  package let values: AlignedBuffer<Scalar>
  private let kind: TargetKind

  /// Room for `capacity` rows.
  init(_ kind: TargetKind, capacity: Int) {
    self.kind = kind
    classes = .allocate(capacity: kind == .classes ? capacity : 0)
    classes.initialize(repeating: 0)
    values = AlignedBuffer(count: kind == .values ? capacity : 0)
  }

  deinit { classes.deallocate() }

  /// Those of some rows; `features` are those of all rows, where rows are compared with them.
  func block(_ rows: Range<Int>, features: MatrixView<Scalar>?) -> TargetBlock<Scalar> {
    switch kind {
    case .features: .values(features!.rows(rows))
    case .classes: .classes(classes.baseAddress! + rows.lowerBound)
    case .values: .values(MatrixView(values.base + rows.lowerBound, rows: rows.count, columns: 1))
    }
  }
}
