import Communication
import LinearAlgebra

/// The sums of products from which regressions of targets on some features are solved, whatever their ridge.
package struct RegressionProducts {
  private let features: [Int]
  private let scatter: AlignedBuffer<Double>
  private let cross: AlignedBuffer<Double>
  private let featureMeans: [Double]
  private let targetMeans: [Double]

  /// Adds up the products of `rows`. Ranks of `communicator` share the work: then every one must call, with the same rows,
  /// and all get the same bits, which do not depend on their number.
  package init(features: [Int], rows: EvaluationRows, communicator: (any Communicator)? = nil) throws {
    let (k, q) = (features.count, rows.targetCount ?? rows.featureCount)
    let blocks = SharedBlocks(communicator: communicator ?? LocalCommunicator())
    var (inputShift, targetShift) = (ColumnShift(columns: k), ColumnShift(columns: q))
    let chosen = AlignedBuffer<Double>(count: EvaluationRows.blockRows * k)
    let targets = AlignedBuffer<Double>(count: EvaluationRows.blockRows * q)
    (scatter, cross) = (AlignedBuffer<Double>(count: k * k), AlignedBuffer<Double>(count: k * q))
    let (c, p) = (MatrixView(scatter.base, rows: k, columns: k), MatrixView(cross.base, rows: k, columns: q))
    try rows.forEachBlock { block in
      let (x, y, count) = (block.features, block.targets, block.count)
      let inputs = MatrixView(chosen.base, rows: count, columns: k)
      let copy = MatrixView(targets.base, rows: count, columns: q)
      LinearRegression.gather(features, of: x, into: inputs)
      copy.base.update(from: y.base, count: y.count)
      inputShift.apply(to: inputs, of: block)
      targetShift.apply(to: copy, of: block)
      blocks.forEach(of: k) { first, size in
        inputs.addProducts(first, size, inputs, to: c)
        inputs.addProducts(first, size, copy, to: p)
      }
    }
    try blocks.collect(scatter)
    try blocks.collect(cross)
    for (i, mean) in inputShift.remainders(weight: rows.weight).enumerated() {
      Double.addScaled(x: c.row(i), y: inputShift.sums.base, count: k, scale: -mean)
      Double.addScaled(x: p.row(i), y: targetShift.sums.base, count: q, scale: -mean)
    }
    self.features = features
    featureMeans = inputShift.means(weight: rows.weight)
    targetMeans = targetShift.means(weight: rows.weight)
  }

  /// The regression with a ridge of `ridge` times the features' mean sum of squares, and next to none for 0.
  package func regression(ridge: Double = 0) -> LinearRegression {
    let k = features.count
    let square = AlignedBuffer<Double>(count: k * k)
    square.base.update(from: scatter.base, count: k * k)
    return withExtendedLifetime((square, cross)) {
      LinearRegression(
        features: features, MatrixView(square.base, rows: k, columns: k),
        MatrixView(cross.base, rows: k, columns: targetMeans.count), featureMeans: featureMeans,
        targetMeans: targetMeans, ridge: ridge)
    }
  }
}

extension MatrixView where Scalar == Double {
  /// Adds the products of columns `first` to `first + size` with all of `other`'s to these rows of `out`.
  fileprivate func addProducts(_ first: Int, _ size: Int, _ other: MatrixView, to out: MatrixView) {
    Double.gemm(
      transposeA: true, transposeB: false, m: size, n: other.columns, k: rows, a: base + first, lda: columns,
      b: other.base, ldb: other.columns, beta: 1, c: out.row(first), ldc: out.columns)
  }
}
