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
  static let dependence = 1e-9

  let moments: RegressionMoments
  /// The feature in each slot, -1 in an empty one.
  private(set) var features: [Int]
  /// The sum of squares explained.
  private(set) var explained = 0.0
  /// Elements updated so far: what a budget counts.
  private(set) var operations = 0
  let slotCount: Int
  private let count: Int

  private let coefficients: MatrixView<Double>
  private let crossCoefficients: MatrixView<Double>
  private let inverse: MatrixView<Double>
  private let crossInverse: MatrixView<Double>
  private let residual: UnsafeMutablePointer<Double>
  private let crossResidual: UnsafeMutablePointer<Double>
  /// The residual below which a feature is dependent or constant, and the same for candidates: infinite for others.
  private let floor: UnsafeMutablePointer<Double>
  private let threshold: UnsafeMutablePointer<Double>
  private let row: UnsafeMutablePointer<Double>
  private let crossRow: UnsafeMutablePointer<Double>
  private let gains: UnsafeMutablePointer<Double>
  private let storage: AlignedBuffer<Double>

  /// An empty selection, of which every feature is a candidate.
  init(_ moments: RegressionMoments, slotCount: Int) {
    let (k, d) = (slotCount, moments.featureCount)
    self.moments = moments
    self.slotCount = k
    count = d
    features = [Int](repeating: -1, count: k)
    storage = AlignedBuffer<Double>(count: 2 * k * d + 2 * k * k + 7 * d)
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
    row = take(d)
    crossRow = take(d)
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

  /// Puts a feature into an empty slot; false, with nothing changed, if it is not independent.
  func add(_ feature: Int, toSlot k: Int) -> Bool {
    precondition(features[k] < 0)
    guard isIndependent(feature) else { return false }
    let pivot = residual[feature]
    // Column `feature` of the products of residuals: C_res = C - C G, W_res = W - W_jS G - C_jS V.
    moments.scatter.copyRow(feature, to: row)
    moments.crossGram.copyRow(feature, to: crossRow)
    let selected = features.map { $0 < 0 ? 0 : row[$0] }
    let crossSelected = features.map { $0 < 0 ? 0 : crossRow[$0] }
    coefficients.addRowProduct(selected, scale: -1, to: row)
    coefficients.addRowProduct(crossSelected, scale: -1, to: crossRow)
    crossCoefficients.addRowProduct(selected, scale: -1, to: crossRow)
    let cross = crossRow[feature]
    for j in 0..<count {
      row[j] /= pivot
      residual[j] -= row[j] * row[j] * pivot
      crossResidual[j] += row[j] * (row[j] * cross - 2 * crossRow[j])
      crossRow[j] = (crossRow[j] - cross * row[j]) / pivot
    }
    let a = (0..<slotCount).map { coefficients[$0, feature] }
    let b = (0..<slotCount).map { crossCoefficients[$0, feature] }
    let gain = cross / pivot
    for l in 0..<slotCount where features[l] >= 0 {
      Double.addScaled(x: coefficients.row(l), y: row, count: count, scale: -a[l])
      Double.addScaled(x: crossCoefficients.row(l), y: row, count: count, scale: -b[l])
      Double.addScaled(x: crossCoefficients.row(l), y: crossRow, count: count, scale: -a[l])
      for m in 0..<slotCount {
        inverse[l, m] += a[l] * a[m] / pivot
        crossInverse[l, m] += (a[l] * a[m] * gain - a[l] * b[m] - a[m] * b[l]) / pivot
      }
    }
    for l in 0..<slotCount {
      inverse[l, k] = -a[l] / pivot
      inverse[k, l] = inverse[l, k]
      crossInverse[l, k] = (b[l] - a[l] * gain) / pivot
      crossInverse[k, l] = crossInverse[l, k]
    }
    inverse[k, k] = 1 / pivot
    crossInverse[k, k] = gain / pivot
    coefficients.row(k).update(from: row, count: count)
    crossCoefficients.row(k).update(from: crossRow, count: count)
    residual[feature] = 0
    crossResidual[feature] = 0
    features[k] = feature
    explained += gain
    noteChange()
    return true
  }

  /// Takes the feature out of a slot.
  func remove(slot k: Int) {
    precondition(features[k] >= 0)
    let scale = 1 / inverse[k, k]
    let lost = crossInverse[k, k] * scale
    let (g, v) = (coefficients.row(k), crossCoefficients.row(k))
    for j in 0..<count {
      residual[j] += g[j] * g[j] * scale
      crossResidual[j] += g[j] * (2 * v[j] + g[j] * lost) * scale
    }
    let beta = (0..<slotCount).map { inverse[$0, k] * scale }
    let cross = (0..<slotCount).map { crossInverse[$0, k] }
    for l in 0..<slotCount where features[l] >= 0 && l != k {
      Double.addScaled(x: coefficients.row(l), y: g, count: count, scale: -beta[l])
      Double.addScaled(x: crossCoefficients.row(l), y: v, count: count, scale: -beta[l])
      Double.addScaled(
        x: crossCoefficients.row(l), y: g, count: count, scale: cross[l] * scale - beta[l] * lost)
      for m in 0..<slotCount {
        inverse[l, m] -= beta[l] * inverse[k, m]
        crossInverse[l, m] += beta[l] * beta[m] * cross[k] - beta[l] * cross[m] - beta[m] * cross[l]
      }
    }
    for l in 0..<slotCount {
      inverse[l, k] = 0
      inverse[k, l] = 0
      crossInverse[l, k] = 0
      crossInverse[k, l] = 0
    }
    g.update(repeating: 0, count: count)
    v.update(repeating: 0, count: count)
    features[k] = -1
    explained -= lost
    noteChange()
  }

  private func noteChange() {
    operations += 4 * slotCount * count
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

  /// Works everything out anew from the features in the slots, so that no rounding adds up over many changes.
  func refresh() {
    let members = features
    features = [Int](repeating: -1, count: slotCount)
    coefficients.clear()
    crossCoefficients.clear()
    inverse.clear()
    crossInverse.clear()
    explained = 0
    for j in 0..<count {
      residual[j] = moments.scatter.diagonal[j]
      crossResidual[j] = moments.crossGram.diagonal[j]
    }
    for (k, feature) in members.enumerated() where feature >= 0 { _ = add(feature, toSlot: k) }
  }
}
