import LinearAlgebra

/// Least squares regression of targets on some features and a constant, with next to no ridge.
package struct LinearRegression {
  /// The features that the regression reads.
  package let features: [Int]
  /// Coefficients [features, targets] of the features' distances from their means.
  package let coefficients: AlignedBuffer<Double>
  /// The means of the features that it reads.
  package let featureMeans: [Double]
  /// The means of the targets.
  package let targetMeans: [Double]

  /// Fits to `rows`. The ridge is 1e-9 of each feature's sum of squares: near copies share their weight, and errors do
  /// not change in digits that are printed.
  package init(features: [Int], rows: EvaluationRows) throws {
    let (k, q) = (features.count, rows.targetCount ?? rows.featureCount)
    var (inputShift, targetShift) = (ColumnShift(columns: k), ColumnShift(columns: q))
    let chosen = AlignedBuffer<Double>(count: EvaluationRows.blockRows * k)
    let targets = AlignedBuffer<Double>(count: EvaluationRows.blockRows * q)
    let (scatter, cross) = (AlignedBuffer<Double>(count: k * k), AlignedBuffer<Double>(count: k * q))
    let (c, p) = (MatrixView(scatter.base, rows: k, columns: k), MatrixView(cross.base, rows: k, columns: q))
    try rows.forEachBlock { _, count, x, y in
      let block = MatrixView(chosen.base, rows: count, columns: k)
      let copy = MatrixView(targets.base, rows: count, columns: q)
      Self.gather(features, of: x, into: block)
      copy.base.update(from: y.base, count: y.count)
      inputShift.apply(to: block)
      targetShift.apply(to: copy)
      c.assign(transposed: block, product: block, accumulate: true)
      p.assign(transposed: block, product: copy, accumulate: true)
    }
    for (i, mean) in inputShift.remainders(rows: rows.rowCount).enumerated() {
      Double.addScaled(x: c.row(i), y: inputShift.sums.base, count: k, scale: -mean)
      Double.addScaled(x: p.row(i), y: targetShift.sums.base, count: q, scale: -mean)
    }
    coefficients = Self.solve(c, p)
    self.features = features
    featureMeans = inputShift.means(rows: rows.rowCount)
    targetMeans = targetShift.means(rows: rows.rowCount)
  }

  /// Fits to the rows of moments whose targets are the features themselves; reads no row.
  package init(features: [Int], moments: RegressionMoments) {
    precondition(moments.cross == nil, "moments of other targets do not tell these targets' means")
    let (k, d) = (features.count, moments.featureCount)
    let scatter = AlignedBuffer<Double>(count: k * k)
    let cross = moments.scatter.rows(features)
    let (c, p) = (MatrixView(scatter.base, rows: k, columns: k), MatrixView(cross.base, rows: k, columns: d))
    for i in 0..<k {
      for (j, feature) in features.enumerated() { c[i, j] = p[i, feature] }
    }
    coefficients = Self.solve(c, p)
    self.features = features
    featureMeans = features.map { moments.means[$0] }
    targetMeans = moments.means
  }

  /// c^-1 p, with the ridge; overwrites c.
  private static func solve(_ c: MatrixView<Double>, _ p: MatrixView<Double>) -> AlignedBuffer<Double> {
    let largest = (0..<c.rows).reduce(0.0) { max($0, c[$1, $1]) }
    for i in 0..<c.rows { c[i, i] += max(1e-9 * c[i, i], 1e-14 * largest, .leastNormalMagnitude) }
    let coefficients = AlignedBuffer<Double>(count: p.count)
    if c.invertPositiveDefinite() {
      MatrixView(coefficients.base, rows: p.rows, columns: p.columns).assign(product: c, p)
    }
    return coefficients
  }

  /// The errors on other rows.
  package func error(on rows: EvaluationRows) throws -> LinearError {
    let (k, q) = (features.count, targetMeans.count)
    let chosen = AlignedBuffer<Double>(count: EvaluationRows.blockRows * k)
    let residuals = AlignedBuffer<Double>(count: EvaluationRows.blockRows * q)
    var (squares, sums) = ([Double](repeating: 0, count: q), [Double](repeating: 0, count: q))
    var (variation, rowErrors) = (squares, [Double]())
    try rows.forEachBlock { _, count, x, y in
      let block = MatrixView(chosen.base, rows: count, columns: k)
      let rest = MatrixView(residuals.base, rows: count, columns: q)
      Self.gather(features, of: x, into: block)
      for i in 0..<count {
        Double.addScaled(x: block.row(i), y: featureMeans, count: k, scale: -1)
      }
      rest.assign(product: block, MatrixView(coefficients.base, rows: k, columns: q))
      for i in 0..<count {
        let (prediction, target) = (rest.row(i), y.row(i))
        var rowError = 0.0
        for t in 0..<q {
          let distance = target[t] - targetMeans[t]
          let error = distance - prediction[t]
          sums[t] += distance
          variation[t] += distance * distance
          squares[t] += error * error
          rowError += error * error
        }
        rowErrors.append(rowError / Double(q))
      }
    }
    let n = Double(rows.rowCount)
    return LinearError(
      rowErrors: rowErrors, targetErrors: squares.map { $0 / n },
      targetVariances: zip(variation, sums).map { $0 / n - ($1 / n) * ($1 / n) })
  }

  private static func gather(_ features: [Int], of x: MatrixView<Double>, into out: MatrixView<Double>) {
    for i in 0..<x.rows {
      let (row, target) = (x.row(i), out.row(i))
      for (k, feature) in features.enumerated() { target[k] = row[feature] }
    }
  }
}
