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

  /// Those of `count` rows from `first` on, whose features are `features`.
  func block(_ first: Int, _ count: Int, features: MatrixView<Scalar>) -> TargetBlock<Scalar> {
    switch kind {
    case .features: .values(MatrixView(features.row(first), rows: count, columns: features.columns))
    case .classes: .classes(classes.baseAddress! + first)
    case .values: .values(MatrixView(values.base + first, rows: count, columns: 1))
    }
  }
}
