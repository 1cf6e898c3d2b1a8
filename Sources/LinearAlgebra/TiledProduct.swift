import CVectorMath

/// A product of matrices that stay in the caches, cut into tiles that OpenBLAS works on where they lie.
///
/// For a large product OpenBLAS copies both operands into buffers in the order its kernel reads them. On a training step's
/// products that is a tenth of the time. Its AVX-512 kernels for small products (at most a million
/// multiplications) copy nothing and run at 112 to 116 GFLOP/s a core of a Zen 4, where large ones run at 97 to 103; but for
/// A B^T, whose small kernel is slow: there a tile's rows of A are transposed first, which costs a pass over A.
///
/// A library that was built without them is only slower. Which tiles a product falls into is a function of its sizes, the kernel set and the number of threads alone.
package struct TiledProduct {
  let transposeA: Bool
  let transposeB: Bool
  let m: Int
  let n: Int
  let k: Int
  private let cuts: Bool

  /// A product of [m, k] and [k, n]; `cuts` says whether it may be cut at all.
  package init(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int,
    cuts: Bool = BLASRuntime.hasSmallProducts && BLASRuntime.threadCount == 1
  ) {
    (self.transposeA, self.transposeB, self.m, self.n, self.k, self.cuts) =
      (transposeA, transposeB, m, n, k, cuts)
  }

  /// Whether there are tiles.
  package var isTiled: Bool { tile != nil }

  /// Multiplications of the largest product that the library takes for a small one.
  private static let largestSmall = 1_000_000
  /// Elements of both operands and the result that fit into the nearer caches.
  private static let cached = 640 << 10
  /// Columns of B^T up to which its small kernel does well with few rows of A.
  private static let narrow = 64
  private static let narrowHeight = 16

  /// Rows and columns of a tile, and whether A's rows are transposed for it; nil for one call of the library.
  private var tile: (height: Int, width: Int, transposes: Bool)? {
    guard cuts, m * k + k * n + m * n <= Self.cached, min(m, n, k) >= Self.narrowHeight else { return nil }
    let isTransposed = !transposeA && transposeB
    if isTransposed && n <= Self.narrow {
      return Self.narrowHeight * n * k <= Self.largestSmall ? (Self.narrowHeight, n, false) : nil
    }
    // A small product needs no tiles.
    guard isTransposed || m * n * k > Self.largestSmall else { return nil }
    let area = Self.largestSmall / k
    let width = area >= 2048 ? 64 : 32
    let height = min(128, area / width / 16 * 16)
    guard height > 0, !isTransposed || height * k <= CVM_SCRATCH_COUNT else { return nil }
    return (height, width, isTransposed)
  }

  /// C = op(A) op(B) + beta C.
  package func run(
    a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int, beta: Float,
    c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    guard let tile else {
      return Float.wholeGemm(
        transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, a: a, lda: lda, b: b, ldb: ldb,
        beta: beta, c: c, ldc: ldc)
    }
    for row in stride(from: 0, to: m, by: tile.height) {
      let height = min(tile.height, m - row)
      var rowsOfA = a + (transposeA ? row : row * lda)
      if tile.transposes, let scratch = cvm_scratch() {
        cvm_transpose_f32(scratch, rowsOfA, height, k, lda)
        rowsOfA = UnsafePointer(scratch)
      }
      for column in stride(from: 0, to: n, by: tile.width) {
        Float.wholeGemm(
          transposeA: transposeA || tile.transposes, transposeB: transposeB, m: height,
          n: min(tile.width, n - column), k: k, a: rowsOfA, lda: tile.transposes ? height : lda,
          b: b + (transposeB ? column * ldb : column), ldb: ldb, beta: beta, c: c + row * ldc + column,
          ldc: ldc)
      }
    }
  }
}
