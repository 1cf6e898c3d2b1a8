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
    try rows.forEachBlock { block in
      let (x, y, count) = (block.features, block.targets, block.count)
      let inputs = MatrixView(chosen.base, rows: count, columns: k)
      let copy = MatrixView(targets.base, rows: count, columns: q)
      Self.gather(features, of: x, into: inputs)
      copy.base.update(from: y.base, count: y.count)
      inputShift.apply(to: inputs, of: block)
      targetShift.apply(to: copy, of: block)
      c.assign(transposed: inputs, product: inputs, accumulate: true)
      p.assign(transposed: inputs, product: copy, accumulate: true)
    }
    for (i, mean) in inputShift.remainders(weight: rows.weight).enumerated() {
      Double.addScaled(x: c.row(i), y: inputShift.sums.base, count: k, scale: -mean)
      Double.addScaled(x: p.row(i), y: targetShift.sums.base, count: q, scale: -mean)
    }
    coefficients = Self.solve(c, p)
    self.features = features
    featureMeans = inputShift.means(weight: rows.weight)
    targetMeans = targetShift.means(weight: rows.weight)
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
  static func solve(_ c: MatrixView<Double>, _ p: MatrixView<Double>) -> AlignedBuffer<Double> {
    let largest = (0..<c.rows).reduce(0.0) { max($0, c[$1, $1]) }
    for i in 0..<c.rows { c[i, i] += max(1e-9 * c[i, i], 1e-14 * largest, .leastNormalMagnitude) }
    let coefficients = AlignedBuffer<Double>(count: p.count)
    if c.invertPositiveDefinite() {
      MatrixView(coefficients.base, rows: p.rows, columns: p.columns).assign(product: c, p)
    }
    return coefficients
  }

  /// The errors on other rows, by their weights, over the targets that were observed.
  package func error(on rows: EvaluationRows) throws -> LinearError {
    let (k, q) = (features.count, targetMeans.count)
    let chosen = AlignedBuffer<Double>(count: EvaluationRows.blockRows * k)
    let residuals = AlignedBuffer<Double>(count: EvaluationRows.blockRows * q)
    // Of each target: squared errors, distances from the mean, their squares, what was counted; its mean, its share of a row.
    let totals = AlignedBuffer<Double>(count: 6 * q)
    defer { withExtendedLifetime(totals) {} }
    let (squares, sums) = (totals.base, totals.base + q)
    let (variation, weights) = (totals.base + 2 * q, totals.base + 3 * q)
    let (centers, shares) = (totals.base + 4 * q, totals.base + 5 * q)
    centers.update(from: targetMeans, count: q)
    var (rowErrors, rowWeights, hits) = ([Double](), [Double](), 0.0)
    try rows.forEachBlock { block in
      let inputs = MatrixView(chosen.base, rows: block.count, columns: k)
      let rest = MatrixView(residuals.base, rows: block.count, columns: q)
      Self.gather(features, of: block.features, into: inputs)
      for i in 0..<block.count {
        Double.addScaled(x: inputs.row(i), y: featureMeans, count: k, scale: -1)
      }
      rest.assign(product: inputs, MatrixView(coefficients.base, rows: k, columns: q))
      for i in 0..<block.count {
        let (error, target, weight) = (rest.row(i), block.targets.row(i), block.weight(i))
        if rows.areClasses {
          let told = (0..<q).reduce(0) { centers[$1] + error[$1] > centers[$0] + error[$0] ? $1 : $0 }
          hits += target[told] == 1 ? weight : 0
        }
        var count = q
        if let observed = block.observed.map({ $0 + i * q }) {
          for t in 0..<q { shares[t] = observed[t] == 0 ? 0 : weight }
          count = (0..<q).count { observed[$0] != 0 }
        } else if block.weights != nil || rowErrors.isEmpty {
          shares.update(repeating: weight, count: q)
        }
        // Plain loops over few places each, which the compiler makes vectors of.
        for t in 0..<q {
          let distance = target[t] - centers[t]
          sums[t] += shares[t] * distance
          variation[t] += shares[t] * (distance * distance)
        }
        for t in 0..<q { error[t] = shares[t] == 0 ? 0 : target[t] - centers[t] - error[t] }
        for t in 0..<q {
          squares[t] += shares[t] * (error[t] * error[t])
          weights[t] += shares[t]
        }
        let rowError = Double.dot(a: error, b: error, count: q)
        rowErrors.append(count > 0 ? rowError / Double(count) : 0)
        rowWeights.append(weight * Double(count) / Double(q))
      }
    }
    // A target that is missing in every row has no error to tell.
    for t in 0..<q where weights[t] == 0 { weights[t] = 1 }
    let targets = 0..<q
    return LinearError(
      rows: RowLosses(rowErrors, weights: rowWeights),
      targetErrors: targets.map { squares[$0] / weights[$0] },
      targetVariances: targets.map {
        variation[$0] / weights[$0] - (sums[$0] / weights[$0]) * (sums[$0] / weights[$0])
      }, accuracy: rows.areClasses && rows.weight > 0 ? hits / rows.weight : nil)
  }

  private static func gather(_ features: [Int], of x: MatrixView<Double>, into out: MatrixView<Double>) {
    for i in 0..<x.rows {
      let (row, target) = (x.row(i), out.row(i))
      for (k, feature) in features.enumerated() { target[k] = row[feature] }
    }
  }
}
