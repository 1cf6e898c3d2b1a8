import LinearAlgebra

/// A positive semidefinite matrix [D, D] that single rows are asked of: as it is, or as A^T B of two thin ones.
package struct GramMatrix: @unchecked Sendable {
  private enum Storage {
    case whole(AlignedBuffer<Double>)
    case product(AlignedBuffer<Double>, AlignedBuffer<Double>, inner: Int)
  }

  private let storage: Storage
  /// Number of rows and columns.
  package let count: Int
  /// The diagonal.
  package let diagonal: [Double]

  /// A matrix [count, count] in full; nobody may change it from here on.
  package init(_ matrix: AlignedBuffer<Double>, count: Int) {
    precondition(matrix.count == count * count)
    storage = .whole(matrix)
    self.count = count
    diagonal = (0..<count).map { matrix.base[$0 * count + $0] }
  }

  /// The product a^T b of two matrices [inner, count] that is known to be symmetric; nobody may change them.
  package init(transposed a: AlignedBuffer<Double>, product b: AlignedBuffer<Double>, inner: Int, count: Int)
  {
    precondition(a.count == inner * count && b.count == inner * count)
    storage = .product(a, b, inner: inner)
    self.count = count
    let sums = AlignedBuffer<Double>(count: count)
    for r in 0..<inner {
      let (rowA, rowB) = (a.base + r * count, b.base + r * count)
      for j in 0..<count { sums.base[j] += rowA[j] * rowB[j] }
    }
    diagonal = Array(sums.elements)
  }

  /// Writes row `index` to `out` [count].
  /// - Complexity: O(count), or O(inner * count) for a product.
  package func copyRow(_ index: Int, to out: UnsafeMutablePointer<Double>) {
    switch storage {
    case .whole(let matrix):
      out.update(from: matrix.base + index * count, count: count)
    case .product(let a, let b, let inner):
      let column = (0..<inner).map { b.base[$0 * count + index] }
      out.update(repeating: 0, count: count)
      MatrixView(a.base, rows: inner, columns: count).addRowProduct(column, to: out)
    }
  }

  /// Several rows at once, [indices, count]: one product.
  func rows(_ indices: [Int]) -> AlignedBuffer<Double> {
    let out = AlignedBuffer<Double>(count: indices.count * count)
    switch storage {
    case .whole:
      for (i, index) in indices.enumerated() { copyRow(index, to: out.base + i * count) }
    case .product(let a, let b, let inner):
      let columns = AlignedBuffer<Double>(count: inner * indices.count)
      for r in 0..<inner {
        for (i, index) in indices.enumerated() {
          columns.base[r * indices.count + i] = b.base[r * count + index]
        }
      }
      MatrixView(out.base, rows: indices.count, columns: count).assign(
        transposed: MatrixView(columns.base, rows: inner, columns: indices.count),
        product: MatrixView(a.base, rows: inner, columns: count))
    }
    return out
  }

  /// Row `index`.
  package func row(_ index: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      if let base = buffer.baseAddress { copyRow(index, to: base) }
      filled = count
    }
  }

  /// out = x times this matrix, both [n, count].
  func multiply(_ x: MatrixView<Double>, into out: MatrixView<Double>) {
    switch storage {
    case .whole(let matrix):
      out.assign(product: x, MatrixView(matrix.base, rows: count, columns: count))
    case .product(let a, let b, let inner):
      let thin = AlignedBuffer<Double>(count: x.rows * inner)
      let scores = MatrixView(thin.base, rows: x.rows, columns: inner)
      scores.assign(product: x, transposed: MatrixView(a.base, rows: inner, columns: count))
      out.assign(product: scores, MatrixView(b.base, rows: inner, columns: count))
    }
  }

  /// Whether the matrix is stored in full.
  package var isWhole: Bool {
    if case .whole = storage { true } else { false }
  }
}
