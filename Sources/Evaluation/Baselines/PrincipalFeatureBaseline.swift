import CounterRandom
import LinearAlgebra

/// Principal feature analysis: features with like loadings on the first principal components form clusters, and each
/// cluster's most central one is selected (Lu, Cohen, Zhou, Tian 2007), with as many components as features.
package struct PrincipalFeatureBaseline: Baseline {
  /// The baseline.
  package init() {}

  package let name = "pfa"
  package let summary = "principal feature analysis"
  package let usesComponents = true

  package func select(_ input: BaselineInput) throws -> [[Int]] {
    let components = input.components.components
    let (count, loadings) = (input.moments.featureCount, components.directions)
    let excluded = Set(input.constraints.excluded)
    let allowed = (0..<count).filter { !excluded.contains($0) }
    let points = AlignedBuffer<Double>(count: allowed.count * loadings.rows)
    let rows = MatrixView(points.base, rows: allowed.count, columns: loadings.rows)
    for (i, j) in allowed.enumerated() {
      for t in 0..<loadings.rows { rows[i, t] = loadings[t, j] }
    }
    let clusters = KMeans(
      rows, count: min(input.count, allowed.count),
      stream: RandomStream(seed: input.seed, purpose: .baseline, layer: 2))
    // Empty clusters, which have no feature, are made up for by those that vary most.
    let variation = input.moments.scatter.diagonal
    let rest = allowed.sorted { (variation[$0], $1) > (variation[$1], $0) }
    return [try input.first(of: clusters.central.filter { $0 >= 0 }.map { allowed[$0] } + rest)]
  }
}
