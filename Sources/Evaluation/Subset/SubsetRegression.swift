import LinearAlgebra

/// The least squares regression of the targets on a set of features that changes one feature at a time.
///
/// Slots hold the selected features. With S the features in the slots, kept for all features j at once:
/// G = C_SS^-1 C_S: (how the selected ones predict j), r_j (what of j they leave), V = C_SS^-1 P_S P_res^T and
/// w_j = |P_res,j|^2, where P_res,j = P_j - G_:j^T P_S. Then adding j explains w_j / r_j more, taking the feature of slot
/// k out loses T_kk / B_kk with B = C_SS^-1 and T = B W_SS B, and both together are known in closed form, too: a scan of
/// all D candidates for a slot costs O(D). A change is one step of Gauss-Jordan elimination, O(K D).
final class SubsetRegression {
  /// A feature of which the selected ones leave a smaller share than this is taken for a combination of them.
  ///
  /// A selected feature with a share p magnifies rounding of what others explain by 1/p^2: below 1e-7 that reached tenths of all
  /// variation, and a search goes where rounding promises most.
  static let dependence = 1e-6

  let moments: RegressionMoments
  /// The feature in each slot, -1 in an empty one.
  var features: [Int]
  /// The sum of squares explained.
  var explained = 0.0
  /// Elements updated so far: what a budget counts.
  var operations = 0
  let slotCount: Int
  let count: Int
  /// What candidates may cost; nil: anything.
  var limit: CostLimit?

  /// The most that a feature may cost.
  struct CostLimit {
    let costs: [Double]
    let most: Double
  }

  let coefficients: MatrixView<Double>
  let crossCoefficients: MatrixView<Double>
  let inverse: MatrixView<Double>
  let crossInverse: MatrixView<Double>
  let residual: UnsafeMutablePointer<Double>
  let crossResidual: UnsafeMutablePointer<Double>
  /// The residual below which a feature is dependent or constant, and the same for candidates: infinite for others.
  let floor: UnsafeMutablePointer<Double>
  private let threshold: UnsafeMutablePointer<Double>
  private let gains: UnsafeMutablePointer<Double>
  private let storage: AlignedBuffer<Double>
  /// What a change takes from V and G: the rows of the slot in V and G, then those of the new feature.
  private let panel: MatrixView<Double>
  private let panelStorage: AlignedBuffer<Double>
  let rows: MomentRows

  /// An empty selection, of which every feature is a candidate.
  convenience init(_ moments: RegressionMoments, slotCount: Int) {
    self.init(MomentRows(moments, atLeast: 2 * slotCount), slotCount: slotCount)
  }

  private init(_ rows: MomentRows, slotCount: Int) {
    let moments = rows.moments
    let (k, d) = (slotCount, moments.featureCount)
    self.rows = rows
    self.moments = moments
    self.slotCount = k
    count = d
    features = [Int](repeating: -1, count: k)
    storage = AlignedBuffer<Double>(count: 2 * k * d + 2 * k * k + 5 * d)
    panelStorage = AlignedBuffer<Double>(count: 4 * d)
    panel = MatrixView(panelStorage.base, rows: 4, columns: d)
    var next = storage.base
    func take(_ count: Int) -> UnsafeMutablePointer<Double> {
      defer { next += count }
      return next
    }
    coefficients = MatrixView(take(k * d), rows: k, columns: d)
    crossCoefficients = MatrixView(take(k * d), rows: k, columns: d)
    inverse = MatrixView(take(k * k), rows: k, columns: k)
    crossInverse = MatrixView(take(k * k), rows: k, columns: k)
    residual = take(d)
    crossResidual = take(d)
    floor = take(d)
    threshold = take(d)
    gains = take(d)
    let constant = 1e-14 * (moments.scatter.diagonal.max() ?? 0)
    for j in 0..<d {
      let variation = moments.scatter.diagonal[j]
      residual[j] = variation
      crossResidual[j] = moments.crossGram.diagonal[j]
      floor[j] = variation > constant ? Self.dependence * variation : .infinity
      threshold[j] = floor[j]
    }
  }

  /// Says whether a feature may be proposed by `bestCandidate`.
  func setCandidate(_ feature: Int, _ isCandidate: Bool) {
    threshold[feature] = isCandidate ? floor[feature] : .infinity
  }

  /// Whether it may be.
  func isCandidate(_ feature: Int) -> Bool { threshold[feature] < .infinity }

  /// An empty regression of the same moments.
  func empty() -> SubsetRegression { SubsetRegression(rows, slotCount: slotCount) }

  /// Becomes equal to another regression of the same moments.
  func copy(from other: SubsetRegression) {
    storage.base.update(from: other.storage.base, count: storage.count)
    features = other.features
    explained = other.explained
  }

  /// Whether a feature is neither constant nor a combination of the selected ones.
  func isIndependent(_ feature: Int) -> Bool { residual[feature] > floor[feature] }

  /// What the feature of a slot explains that the others do not.
  func contribution(ofSlot k: Int) -> Double {
    features[k] < 0 ? 0 : crossInverse[k, k] / inverse[k, k]
  }

  /// The candidate that explains the most in the place of the feature in slot k, or in an empty slot; nil if none is
  /// independent of the others. Of equal ones, the first.
  func bestCandidate(forSlot k: Int) -> (feature: Int, gain: Double)? {
    fillGains(forSlot: k)
    var index = 0
    let largest = Double.max(x: gains, count: count, index: &index)
    guard largest > 0 else { return nil }
    // Rounding decides nothing between equal candidates.
    let nearly = largest * (1 - 1e-9)
    for j in 0..<index where gains[j] >= nearly { return (j, gains[j]) }
    return (index, largest)
  }

  /// The candidates that explain the most in the place of the feature in slot k, best first.
  func bestCandidates(_ number: Int, forSlot k: Int) -> [(feature: Int, gain: Double)] {
    fillGains(forSlot: k)
    return (0..<number).compactMap { _ in
      var index = 0
      let largest = Double.max(x: gains, count: count, index: &index)
      guard largest > 0 else { return nil }
      gains[index] = -1
      return (index, largest)
    }
  }

  private func fillGains(forSlot k: Int) {
    operations += count
    defer {
      if let limit { for j in 0..<count where limit.costs[j] > limit.most { gains[j] = -1 } }
    }
    guard features[k] >= 0 else {
      for j in 0..<count { gains[j] = residual[j] > threshold[j] ? crossResidual[j] / residual[j] : -1 }
      return
    }
    let scale = 1 / inverse[k, k]
    let (g, v, t) = (coefficients.row(k), crossCoefficients.row(k), crossInverse[k, k] * scale)
    for j in 0..<count {
      let left = residual[j] + g[j] * g[j] * scale
      let cross = crossResidual[j] + g[j] * (2 * v[j] + g[j] * t) * scale
      gains[j] = left > threshold[j] ? cross / left : -1
    }
  }

  /// Puts a feature into an empty slot or in place of the one there, or takes that one out; false, with nothing changed,
  /// if the feature is not independent of the others.
  @discardableResult
  func exchange(slot k: Int, with feature: Int?) -> Bool {
    let scale = features[k] < 0 ? 0 : 1 / inverse[k, k]
    let lost = crossInverse[k, k] * scale
    let (v, g, row, crossRow) = (panel.row(0), panel.row(1), panel.row(2), panel.row(3))
    v.update(from: crossCoefficients.row(k), count: count)
    g.update(from: coefficients.row(k), count: count)
    var (pivot, cross) = (1.0, 0.0)
    if let feature {
      pivot = residual[feature] + g[feature] * g[feature] * scale
      guard pivot > floor[feature] else { return false }
      cross = crossResidual[feature] + g[feature] * (2 * v[feature] + g[feature] * lost) * scale
      // Its products with what the present ones leave: C - C_jS G, W - W_jS G - C_jS V.
      rows.copy(feature, to: row, crossRow)
      let selected = features.map { $0 < 0 ? 0 : row[$0] }
      let crossSelected = features.map { $0 < 0 ? 0 : crossRow[$0] }
      coefficients.addRowProduct(selected, scale: -1, to: row)
      coefficients.addRowProduct(crossSelected, scale: -1, to: crossRow)
      crossCoefficients.addRowProduct(selected, scale: -1, to: crossRow)
      // And with what they leave without the one that goes.
      let (own, ownCross) = (g[feature] * scale, (v[feature] + g[feature] * lost) * scale)
      for j in 0..<count {
        row[j] = (row[j] + own * g[j]) / pivot
        crossRow[j] += own * v[j] + ownCross * g[j]
        residual[j] += g[j] * g[j] * scale - row[j] * row[j] * pivot
        crossResidual[j] +=
          g[j] * (2 * v[j] + g[j] * lost) * scale + row[j] * (row[j] * cross - 2 * crossRow[j])
        crossRow[j] = (crossRow[j] - cross * row[j]) / pivot
      }
    } else {
      for j in 0..<count {
        residual[j] += g[j] * g[j] * scale
        crossResidual[j] += g[j] * (2 * v[j] + g[j] * lost) * scale
      }
    }
    let factors = changeInverses(slot: k, feature: feature, scale: scale, pivot: pivot, gain: cross / pivot)
    // V += factors panel, G += (their middle) (the panel's middle): one pass over each.
    let width = feature == nil ? 2 : 4
    Double.gemm(
      transposeA: false, transposeB: false, m: slotCount, n: count, k: width, a: factors, lda: 4,
      b: panel.base,
      ldb: count, beta: 1, c: crossCoefficients.base, ldc: count)
    let middle = (0..<slotCount).flatMap { [factors[4 * $0], factors[4 * $0 + 3]] }
    Double.gemm(
      transposeA: false, transposeB: false, m: slotCount, n: count, k: width / 2, a: middle, lda: 2, b: g,
      ldb: count, beta: 1, c: coefficients.base, ldc: count)
    if let feature {
      coefficients.row(k).update(from: row, count: count)
      crossCoefficients.row(k).update(from: crossRow, count: count)
      residual[feature] = 0
      crossResidual[feature] = 0
    } else {
      coefficients.row(k).update(repeating: 0, count: count)
      crossCoefficients.row(k).update(repeating: 0, count: count)
    }
    features[k] = feature ?? -1
    explained += cross / pivot - lost
    operations += 4 * slotCount * count
    return true
  }

  /// Brings B and T up to date, and gives what is added to each slot's row of V, as factors of the panel's rows; for G
  /// they are the first and the last, of the rows in the middle.
  private func changeInverses(
    slot k: Int, feature: Int?, scale: Double, pivot: Double, gain: Double
  ) -> [Double] {
    let lost = crossInverse[k, k] * scale
    let beta = (0..<slotCount).map { $0 == k ? 0 : inverse[$0, k] * scale }
    let cross = (0..<slotCount).map { $0 == k ? 0 : crossInverse[$0, k] }
    let gamma = (0..<slotCount).map { cross[$0] * scale - beta[$0] * lost }
    var (a, b) = (beta, beta)
    for l in 0..<slotCount {
      guard let feature, l != k else {
        (a[l], b[l]) = (0, 0)
        continue
      }
      let (g, v) = (coefficients[k, feature], crossCoefficients[k, feature])
      a[l] = coefficients[l, feature] - beta[l] * g
      b[l] = crossCoefficients[l, feature] - beta[l] * v + gamma[l] * g
    }
    let (size, total, inversePivot) = (inverse[k, k], crossInverse[k, k], 1 / pivot)
    for l in 0..<slotCount where l != k {
      let (inverseRow, crossRow) = (inverse.row(l), crossInverse.row(l))
      for m in 0..<slotCount {
        inverseRow[m] += a[l] * a[m] * inversePivot - beta[l] * beta[m] * size
        crossRow[m] +=
          beta[l] * beta[m] * total - beta[l] * cross[m] - beta[m] * cross[l]
          + (a[l] * a[m] * gain - a[l] * b[m] - a[m] * b[l]) * inversePivot
      }
    }
    for l in 0..<slotCount {
      inverse[l, k] = feature == nil ? 0 : -a[l] * inversePivot
      inverse[k, l] = inverse[l, k]
      crossInverse[l, k] = feature == nil ? 0 : (b[l] - a[l] * gain) * inversePivot
      crossInverse[k, l] = crossInverse[l, k]
    }
    inverse[k, k] = feature == nil ? 0 : inversePivot
    crossInverse[k, k] = feature == nil ? 0 : gain * inversePivot
    return (0..<slotCount).flatMap { [-beta[$0], gamma[$0], -b[$0], -a[$0]] }
  }

  /// How much of each target's sum of squares is lost with the feature of slot k.
  func losses(ofSlot k: Int) -> [Double] {
    let scale = 1 / inverse[k, k]
    guard let cross = moments.cross else {
      return (0..<count).map { coefficients[k, $0] * coefficients[k, $0] * scale }
    }
    return cross.map { products in
      let coefficient = (0..<slotCount).reduce(0.0) {
        features[$1] < 0 ? $0 : $0 + inverse[k, $1] * products[features[$1]]
      }
      return coefficient * coefficient * scale
    }
  }
}
