/// The features that vary most, in their own units: scaled to deviation 1 all vary alike.
package struct VarianceBaseline: Baseline {
  /// The baseline.
  package init() {}

  package let name = "variance"
  package let summary = "the features of the largest variance, in their units"

  package func select(_ input: BaselineInput) throws -> [[Int]] {
    let scaled = input.moments.scatter.diagonal
    let variation = input.scale.map { zip(scaled, $0).map { $0 / ($1 * $1) } } ?? scaled
    return [try input.first(of: variation.indices.sorted { (variation[$0], $1) > (variation[$1], $0) })]
  }
}
