import Communication
import LinearAlgebra

/// Work on blocks of a matrix's rows that ranks share: each block is one rank's alone, so that no bit of the sum over
/// ranks depends on their number.
struct SharedBlocks {
  /// Rows of a block: few, so that ranks have nearly the same number of rows.
  static let rows = 32
  let communicator: any Communicator

  /// Lets `body` fill this rank's blocks (first row, number of rows) of a matrix of zeros.
  func forEach(of rowCount: Int, _ body: (Int, Int) -> Void) {
    let blockCount = (rowCount + Self.rows - 1) / Self.rows
    for block in stride(from: communicator.rank, to: blockCount, by: communicator.size) {
      body(block * Self.rows, min(Self.rows, rowCount - block * Self.rows))
    }
  }

  /// Gives all ranks all blocks; every rank must call.
  func collect(_ matrix: AlignedBuffer<Double>) throws { try communicator.allReduce(matrix.elements, .sum) }

  /// a^T b for a [inner, m] and b [inner, n], on all ranks; every rank must call.
  func product(transposed a: MatrixView<Double>, _ b: MatrixView<Double>) throws -> AlignedBuffer<Double> {
    let out = AlignedBuffer<Double>(count: a.columns * b.columns)
    forEach(of: a.columns) { first, count in
      Double.gemm(
        transposeA: true, transposeB: false, m: count, n: b.columns, k: a.rows, a: a.base + first,
        lda: a.columns, b: b.base, ldb: b.columns, beta: 0, c: out.base + first * b.columns, ldc: b.columns)
    }
    try collect(out)
    return out
  }
}
