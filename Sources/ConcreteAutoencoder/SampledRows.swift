import CounterRandom
import Foundation
import LinearAlgebra

/// Rows of a selector's sample, each dense or sparse, and the products with them.
///
/// A row is sparse where at most an eighth of its entries are at least `2^-48 / D` of its largest: only these are kept. What
/// is left out of a row's sum is then below 2^-48 of it, a 2^24th of what rounding to float costs (docs/exactness.md).
/// Which form a row has follows from its logits, noise and temperature alone.
struct SampledRows<Scalar: Real> {
  /// [rows, features]; the rows that are sparse as `Real.sampleExponentials` leaves them.
  let matrix: MatrixView<Scalar>
  /// What a gradient has in the places of sparse rows' entries, while a dense product is added to all of it.
  private let before: AlignedBuffer<Scalar>

  /// The rows of a matrix.
  init(matrix: MatrixView<Scalar>) {
    self.matrix = matrix
    before = AlignedBuffer(count: matrix.rows * Self.mostEntries(matrix.columns))
  }

  /// The most entries that a sparse row has.
  private static func mostEntries(_ columns: Int) -> Int { columns / 8 }

  /// The -log of the smallest entry that is kept, as a part of the row's largest, where a selector has D features.
  static func reach(featureCount: Int) -> Scalar { Scalar(48 * log(2.0) + log(Double(featureCount))) }

  /// Whether a row has only the entries that count.
  func isSparse(_ row: Int) -> Bool { matrix[row, 0] < 0 }

  /// How many rows have only the entries that count.
  var sparseRowCount: Int { (0..<matrix.rows).count(where: isSparse) }

  /// A copy in which every entry has its place.
  var dense: [Scalar] {
    (0..<matrix.rows).flatMap { row in
      guard isSparse(row) else {
        return Array(UnsafeBufferPointer(start: matrix.row(row), count: matrix.columns))
      }
      let count = Int(-matrix[row, 0]) - 1
      var entries = [Scalar](repeating: 0, count: matrix.columns)
      for place in 0..<count { entries[Int(matrix[row, 1 + place])] = matrix[row, 1 + count + place] }
      return entries
    }
  }

  /// The first column with the largest entry of a row.
  func largestColumn(_ row: Int) -> Int {
    var index = 0
    guard isSparse(row) else {
      _ = Scalar.max(x: matrix.row(row), count: matrix.columns, index: &index)
      return index
    }
    let count = Int(-matrix[row, 0]) - 1
    _ = Scalar.max(x: matrix.row(row) + 1 + count, count: count, index: &index)
    return Int(matrix[row, 1 + index])
  }

  /// X M^T for rows of X [rows, features] and the first `height` rows of M, by default all, written `stride` apart from one row
  /// of X to the next.
  ///
  /// The dense product is taken of all rows or of none: results of sparse rows, of whose places it makes nothing, are then
  /// written over.
  func select(
    _ x: MatrixView<Scalar>, height: Int? = nil, into out: UnsafeMutablePointer<Scalar>, stride: Int
  ) {
    let height = height ?? matrix.rows
    let isDense = (0..<height).contains { !isSparse($0) }
    if isDense, x.rows > 0 {
      Scalar.gemm(
        transposeA: false, transposeB: true, m: x.rows, n: height, k: matrix.columns,
        a: x.base, lda: x.columns, b: matrix.base, ldb: matrix.columns, beta: 0, c: out, ldc: stride)
    }
    for row in 0..<height where isSparse(row) {
      Scalar.sparseSelect(
        out: out + row, stride: stride, x: x.base, rows: x.rows, columns: x.columns, sparse: matrix.row(row))
    }
  }

  /// dM = dU^T X for rows of dU [rows, `stride`] and X [rows, features], in the places of `gradient` [height, features] that
  /// rows of M have entries for, and 0 in the others of sparse rows; with `accumulate` added to what is there.
  func backward(
    _ latentGradient: UnsafePointer<Scalar>, stride: Int, x: MatrixView<Scalar>, height: Int? = nil,
    into gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool = false
  ) {
    let (height, columns) = (height ?? matrix.rows, matrix.columns)
    let isDense = (0..<height).contains { !isSparse($0) }
    func earlier(_ row: Int) -> UnsafeMutablePointer<Scalar> {
      before.base + row * Self.mostEntries(columns)
    }
    if accumulate {
      for row in 0..<height where isSparse(row) {
        Scalar.sparseTake(out: earlier(row), gradient: gradient + row * columns, sparse: matrix.row(row))
      }
    }
    if isDense, x.rows > 0 {
      Scalar.gemm(
        transposeA: true, transposeB: false, m: height, n: columns, k: x.rows, a: latentGradient, lda: stride,
        b: x.base, ldb: columns, beta: accumulate ? 1 : 0, c: gradient, ldc: columns)
    } else if isDense, !accumulate {
      gradient.update(repeating: 0, count: height * columns)
    }
    for row in 0..<height where isSparse(row) {
      Scalar.sparseGradient(
        gradient: gradient + row * columns, before: accumulate ? UnsafePointer(earlier(row)) : nil,
        outputGradient: latentGradient + row, stride: stride, x: x.base, rows: x.rows, columns: columns,
        sparse: matrix.row(row))
    }
  }

  /// The sum of a row's entries times theirs of `values` [features].
  func dot(_ row: Int, _ values: UnsafePointer<Scalar>) -> Scalar {
    Scalar.sampleDot(a: values, row: matrix.row(row), count: matrix.columns)
  }

  /// Takes row `row` of the gradient of M back through its softmax, in place; `dot` is the sum of both over all features.
  func backwardSoftmax(
    _ row: Int, _ gradient: UnsafeMutablePointer<Scalar>, dot: Scalar, inverseTemperature: Scalar
  ) {
    Scalar.softmaxBackward(
      gradient: gradient, output: matrix.row(row), dot: dot, count: matrix.columns,
      scale: inverseTemperature)
  }
}
