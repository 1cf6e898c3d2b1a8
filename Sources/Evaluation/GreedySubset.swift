import LinearAlgebra

/// Greedy column subset selection on a covariance matrix: each pick explains the most of what is left.
///
/// Repeatedly takes argmax_j sum_i R_ij^2 / R_jj and deflates R by R_:j R_j: / R_jj (Farahat, Ghodsi, Kamel 2011).
public struct GreedySubset: Sendable {
  /// The picked features, in order.
  public let features: [Int]

  /// Picks `count` features of a covariance [D, D], which is used up. Fewer when the rest explains nothing.
  /// - Complexity: O(count D^2)
  public init(covariance: AlignedBuffer<Double>, featureCount: Int, count: Int) {
    let residual = MatrixView(covariance.base, rows: featureCount, columns: featureCount)
    let total = (0..<featureCount).reduce(0.0) { $0 + residual[$1, $1] }
    var picked: [Int] = []
    var column = [Double](repeating: 0, count: featureCount)
    while picked.count < count {
      var best = (gain: total * 1e-12, feature: -1)
      for j in 0..<featureCount where residual[j, j] > total * 1e-12 {
        let row = residual.row(j)
        var squares = 0.0
        for i in 0..<featureCount { squares += row[i] * row[i] }
        let gain = squares / residual[j, j]
        if gain > best.gain { best = (gain, j) }
      }
      guard best.feature >= 0 else { break }
      picked.append(best.feature)
      for i in 0..<featureCount { column[i] = residual[best.feature, i] }
      let pivot = column[best.feature]
      for i in 0..<featureCount where column[i] != 0 {
        Double.addScaled(
          x: residual.row(i), y: column, count: featureCount, scale: -column[i] / pivot)
      }
    }
    features = picked
  }
}
