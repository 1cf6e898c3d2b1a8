import LinearAlgebra

extension Table {
  /// The values of `features` of `rows` as they stand in the table, `[rows.count, features.count]`; NaN where missing.
  package func values<Scalar: Real>(of rows: [UInt32], features: Range<Int>) -> [Scalar] {
    let count = rows.count * features.count
    return [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
      rows.withUnsafeBufferPointer { rows in
        copyRows(
          rows, features: features, scaling: .identity(count: features.count),
          into: buffer.baseAddress!, stride: features.count)
      }
      filled = count
    }
  }
}
