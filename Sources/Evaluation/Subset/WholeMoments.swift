import Communication
import LinearAlgebra

/// Products of all features with each other, in full: for data with more rows than features.
struct WholeMoments {
  private let blocks: SharedBlocks
  private let rowWeight: Double
  private let featureCount: Int
  private let targetCount: Int?
  private let scatter: AlignedBuffer<Double>
  private let cross: AlignedBuffer<Double>?
  private let targetVariations: [Double]
  private var inputShift: ColumnShift

  /// Adds up the products of all rows, upper triangle first; every rank must call.
  init(_ rows: EvaluationRows, _ communicator: any Communicator) throws {
    let (d, q) = (rows.featureCount, rows.targetCount ?? 0)
    let blocks = SharedBlocks(communicator: communicator)
    let scatter = AlignedBuffer<Double>(count: d * d)
    let cross = AlignedBuffer<Double>(count: q * d)
    var (inputShift, targetShift) = (ColumnShift(columns: d), ColumnShift(columns: q))
    var squares = [Double](repeating: 0, count: q)
    try rows.forEachBlock { block in
      let (x, y, count) = (block.features, block.targets, block.count)
      inputShift.apply(to: x, of: block)
      blocks.forEach(of: d) { first, size in
        Double.gemm(
          transposeA: true, transposeB: false, m: size, n: d - first, k: count, a: x.base + first, lda: d,
          b: x.base + first, ldb: d, beta: 1, c: scatter.base + first * d + first, ldc: d)
      }
      guard q > 0 else { return }
      targetShift.apply(to: y, of: block)
      y.addSquares(to: &squares)
      MatrixView(cross.base, rows: q, columns: d).assign(transposed: y, product: x, accumulate: true)
    }
    try blocks.collect(scatter)
    let c = MatrixView(scatter.base, rows: d, columns: d)
    let remainders = inputShift.remainders(weight: rows.weight)
    for i in 0..<d {
      Double.addScaled(x: c.row(i) + i, y: inputShift.sums.base + i, count: d - i, scale: -remainders[i])
      for j in i + 1..<max(d, i + 1) { c[j, i] = c[i, j] }
    }
    for (t, remainder) in targetShift.remainders(weight: rows.weight).enumerated() {
      squares[t] -= remainder * targetShift.sums.base[t]
      Double.addScaled(x: cross.base + t * d, y: inputShift.sums.base, count: d, scale: -remainder)
    }
    self.blocks = blocks
    self.scatter = scatter
    self.cross = rows.targetCount.map { _ in cross }
    self.inputShift = inputShift
    targetVariations = rows.targetCount == nil ? (0..<d).map { c[$0, $0] } : squares
    (rowWeight, featureCount, targetCount) = (rows.weight, d, rows.targetCount)
  }

  /// The moments, with a sketch of the targets where they are too many; every rank must call.
  func moments(_ limits: MomentLimits, seed: UInt64) throws -> RegressionMoments {
    let (d, means) = (featureCount, inputShift.means(weight: rowWeight))
    let weight = rowWeight * Double(targetCount ?? d)
    let gram = GramMatrix(scatter, count: d)
    let c = MatrixView(scatter.base, rows: d, columns: d)
    if let cross, let targetCount {
      let products = (0..<targetCount).map { t in Array(cross.elements[t * d..<(t + 1) * d]) }
      return RegressionMoments(
        scatter: gram, crossGram: GramMatrix(transposed: cross, product: cross, inner: targetCount, count: d),
        targetVariation: targetVariations.reduce(0, +), weight: weight, means: means,
        targetVariations: targetVariations, cross: products)
    }
    guard d > limits.targets else {
      return RegressionMoments(
        scatter: gram, crossGram: GramMatrix(try blocks.product(transposed: c, c), count: d),
        targetVariation: targetVariations.reduce(0, +), weight: weight, means: means,
        targetVariations: targetVariations)
    }
    // Signed sums of the targets: E = S^T C, W about E^T E, and |X S|^2 = tr(S^T C S) instead of |X|^2.
    let buckets = SignedBuckets(vectors: d, count: limits.targetSketch, seed: seed, kind: 0)
    let sums = AlignedBuffer<Double>(count: buckets.count * d)
    for j in 0..<d {
      Double.addScaled(x: sums.base + buckets.places[j] * d, y: c.row(j), count: d, scale: buckets.signs[j])
    }
    let variation = (0..<d).reduce(0.0) { $0 + buckets.signs[$1] * sums.base[buckets.places[$1] * d + $1] }
    return RegressionMoments(
      scatter: gram, crossGram: GramMatrix(transposed: sums, product: sums, inner: buckets.count, count: d),
      targetVariation: variation, weight: weight, means: means, targetVariations: targetVariations)
  }
}
