import Communication
import LinearAlgebra

/// The centred rows themselves, or a sketch of them, from which products of features are taken when they are asked for:
/// for data with more features than rows, or too many of both.
struct ThinMoments {
  private let blocks: SharedBlocks
  private let rowWeight: Double
  private let featureCount: Int
  private let targetCount: Int?
  private let inner: Int
  private let inputs: AlignedBuffer<Double>
  private let targets: AlignedBuffer<Double>
  private let means: [Double]

  /// Takes the rows in; every rank must call.
  init(_ rows: EvaluationRows, _ limits: MomentLimits, seed: UInt64, _ communicator: any Communicator) throws
  {
    let (d, q) = (rows.featureCount, rows.targetCount ?? 0)
    let buckets =
      rows.rowCount <= limits.rows
      ? SignedBuckets(all: rows.rowCount)
      : SignedBuckets(vectors: rows.rowCount, count: limits.rows, seed: seed, kind: 1)
    let inputs = AlignedBuffer<Double>(count: buckets.count * d)
    let targets = AlignedBuffer<Double>(count: buckets.count * q)
    var (inputShift, targetShift) = (ColumnShift(columns: d), ColumnShift(columns: q))
    var signs = [Double](repeating: 0, count: buckets.count)
    try rows.forEachBlock { block in
      let (x, y, count) = (block.features, block.targets, block.count)
      inputShift.apply(to: x, of: block)
      if q > 0 { targetShift.apply(to: y, of: block) }
      for i in 0..<count {
        let (place, sign) = (buckets.places[block.first + i], buckets.signs[block.first + i])
        signs[place] += sign * block.weight(i).squareRoot()
        Double.addScaled(x: inputs.base + place * d, y: x.row(i), count: d, scale: sign)
        if q > 0 { Double.addScaled(x: targets.base + place * q, y: y.row(i), count: q, scale: sign) }
      }
    }
    let remainders = inputShift.remainders(weight: rows.weight)
    let targetRemainders = targetShift.remainders(weight: rows.weight)
    for (place, sign) in signs.enumerated() {
      Double.addScaled(x: inputs.base + place * d, y: remainders, count: d, scale: -sign)
      Double.addScaled(x: targets.base + place * q, y: targetRemainders, count: q, scale: -sign)
    }
    blocks = SharedBlocks(communicator: communicator)
    (rowWeight, featureCount, targetCount, inner) = (rows.weight, d, rows.targetCount, buckets.count)
    (self.inputs, self.targets, means) = (inputs, targets, inputShift.means(weight: rows.weight))
  }

  /// The moments, with a sketch of the targets where they are too many; every rank must call.
  func moments(_ limits: MomentLimits, seed: UInt64) throws -> RegressionMoments {
    let d = featureCount
    let scatter = GramMatrix(transposed: inputs, product: inputs, inner: inner, count: d)
    let x = MatrixView(inputs.base, rows: inner, columns: d)
    var squares = [Double](repeating: 0, count: targetCount ?? 0)
    MatrixView(targets.base, rows: inner, columns: squares.count).addSquares(to: &squares)
    let variations = targetCount == nil ? scatter.diagonal : squares
    func moments(_ crossGram: GramMatrix, sketched: Double? = nil, cross: [[Double]]? = nil)
      -> RegressionMoments
    {
      RegressionMoments(
        scatter: scatter, crossGram: crossGram, targetVariation: sketched ?? variations.reduce(0, +),
        weight: rowWeight * Double(targetCount ?? d), means: means, targetVariations: variations,
        cross: cross)
    }
    if let targetCount {
      let y = MatrixView(targets.base, rows: inner, columns: targetCount)
      let cross = try blocks.product(transposed: y, x)
      return moments(
        GramMatrix(transposed: cross, product: cross, inner: targetCount, count: d),
        cross: (0..<targetCount).map { Array(cross.elements[$0 * d..<($0 + 1) * d]) })
    }
    guard inner > limits.targetSketch else {
      // W = X^T (X X^T) X: as many targets as rows say the same as all features.
      let rowProducts = AlignedBuffer<Double>(count: inner * inner)
      blocks.forEach(of: inner) { first, count in
        Double.gemm(
          transposeA: false, transposeB: true, m: count, n: inner, k: d, a: x.row(first), lda: d, b: x.base,
          ldb: d,
          beta: 0, c: rowProducts.base + first * inner, ldc: inner)
      }
      try blocks.collect(rowProducts)
      let products = try blocks.product(
        transposed: MatrixView(rowProducts.base, rows: inner, columns: inner), x)
      return moments(
        GramMatrix(transposed: inputs, product: products, inner: inner, count: d))
    }
    let buckets = SignedBuckets(vectors: d, count: limits.targetSketch, seed: seed, kind: 0)
    let sums = AlignedBuffer<Double>(count: inner * buckets.count)
    for i in 0..<inner {
      let (row, out) = (x.row(i), sums.base + i * buckets.count)
      for j in 0..<d { out[buckets.places[j]] += buckets.signs[j] * row[j] }
    }
    let y = MatrixView(sums.base, rows: inner, columns: buckets.count)
    let cross = try blocks.product(transposed: y, x)
    return moments(
      GramMatrix(transposed: cross, product: cross, inner: buckets.count, count: d),
      sketched: Double.dot(a: sums.base, b: sums.base, count: sums.count))
  }
}
