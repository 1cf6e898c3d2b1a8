import CounterRandom
import LinearAlgebra

/// The directions in which centred rows vary most, from the products of their features.
package struct PrincipalComponents {
  /// Unit directions [components, features], most variance first.
  package let directions: MatrixView<Double>
  /// The sum of squares along each direction.
  package let variations: [Double]
  private let storage: AlignedBuffer<Double>
  private let means: [Double]

  /// Products that are stored in full are decomposed exactly up to this size; larger ones by subspace iteration.
  private static let exactSize = 1_024
  private static let rounds = 12

  /// The first `count` directions, fewer if the rows vary in fewer.
  ///
  /// Beyond 1,024 features: subspace iteration with some more directions (Halko, Martinsson, Tropp 2011), a function of
  /// `seed`, whose captured variation is that of the exact ones but for about (gap)^24.
  package init(_ moments: RegressionMoments, count: Int, seed: UInt64) {
    let (c, d) = (moments.scatter, moments.featureCount)
    let wanted = min(count, d)
    let values: [Double]
    if c.isWhole, d <= Self.exactSize {
      let copy = AlignedBuffer<Double>(count: d * d)
      for i in 0..<d { c.copyRow(i, to: copy.base + i * d) }
      (values, storage) = MatrixView(copy.base, rows: d, columns: d).largestEigenpairs(wanted)
    } else {
      (values, storage) = Self.iterate(c, wanted, min(d, wanted + max(10, wanted / 5)), seed)
    }
    let floor = 1e-12 * (values.first ?? 0)
    variations = Array(values.prefix { $0 > floor })
    directions = MatrixView(storage.base, rows: variations.count, columns: d)
    means = moments.means
  }

  private static func iterate(
    _ c: GramMatrix, _ wanted: Int, _ width: Int, _ seed: UInt64
  ) -> (values: [Double], vectors: AlignedBuffer<Double>) {
    let d = c.count
    var basis = AlignedBuffer<Double>(count: width * d)
    for k in 0..<width {
      var generator = CounterGenerator(RandomStream(seed: seed, purpose: .baseline, layer: 1, row: k))
      for j in 0..<d { basis.base[k * d + j] = generator.normal() }
    }
    let small = AlignedBuffer<Double>(count: width * width)
    let square = MatrixView(small.base, rows: width, columns: width)
    var image = AlignedBuffer<Double>(count: width * d)
    for _ in 0..<rounds {
      orthonormalise(MatrixView(basis.base, rows: width, columns: d))
      c.multiply(
        MatrixView(basis.base, rows: width, columns: d), into: MatrixView(image.base, rows: width, columns: d)
      )
      swap(&basis, &image)
    }
    // Rayleigh-Ritz on the last subspace.
    let q = MatrixView(basis.base, rows: width, columns: d)
    orthonormalise(q)
    let product = MatrixView(image.base, rows: width, columns: d)
    c.multiply(q, into: product)
    square.assign(product: q, transposed: product)
    let (values, rotation) = square.largestEigenpairs(wanted)
    let vectors = AlignedBuffer<Double>(count: wanted * d)
    MatrixView(vectors.base, rows: wanted, columns: d)
      .assign(product: MatrixView(rotation.base, rows: wanted, columns: width), q)
    return (values, vectors)
  }

  /// Gram-Schmidt on the rows, twice for full precision; a row that depends on those before becomes 0.
  private static func orthonormalise(_ rows: MatrixView<Double>) {
    let d = rows.columns
    for k in 0..<rows.rows {
      let row = rows.row(k)
      let before = Double.dot(a: row, b: row, count: d)
      var products = [Double](repeating: 0, count: k)
      for _ in 0..<2 {
        for l in 0..<k { products[l] = Double.dot(a: rows.row(l), b: row, count: d) }
        rows.prefix(k).addRowProduct(products, scale: -1, to: row)
      }
      let size = Double.dot(a: row, b: row, count: d)
      let scale = size > 1e-24 * before && size > 0 ? 1 / size.squareRoot() : 0
      for j in 0..<d { row[j] *= scale }
    }
  }

  /// The mean squared error per feature, over those observed, of rows that are replaced by their projections: what K
  /// linear combinations leave, a bound for K features.
  package func error(on rows: EvaluationRows) throws -> Double {
    var (left, weight) = (0.0, 0.0)
    let scores = AlignedBuffer<Double>(count: EvaluationRows.blockRows * max(1, variations.count))
    let rebuilt = AlignedBuffer<Double>(
      count: rows.hasGaps || rows.weights != nil ? EvaluationRows.blockRows * means.count : 0)
    try rows.forEachBlock { block in
      let (x, count) = (block.features, block.count)
      for i in 0..<count { Double.addScaled(x: x.row(i), y: means, count: x.columns, scale: -1) }
      let z = MatrixView(scores.base, rows: count, columns: variations.count)
      z.assign(product: x, transposed: directions)
      guard block.observed != nil || block.weights != nil else {
        weight += Double(x.count)
        left +=
          Double.dot(a: x.base, b: x.base, count: x.count) - Double.dot(a: z.base, b: z.base, count: z.count)
        return
      }
      let y = MatrixView(rebuilt.base, rows: count, columns: x.columns)
      y.assign(product: z, directions)
      for i in 0..<count {
        for j in 0..<x.columns where block.observed.map({ $0[i * x.columns + j] == 1 }) ?? true {
          let error = x[i, j] - y[i, j]
          left += block.weight(i) * error * error
          weight += block.weight(i)
        }
      }
    }
    return weight > 0 ? max(0, left) / weight : 0
  }
}
