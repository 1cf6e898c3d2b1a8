/// The features that vary most.
package struct VarianceBaseline: Baseline {
  /// The baseline.
  package init() {}

  package let name = "variance"
  package let summary = "the features of the largest variance"

  package func select(_ input: BaselineInput) throws -> [[Int]] {
    let variation = input.moments.scatter.diagonal
    return [try input.first(of: variation.indices.sorted { (variation[$0], $1) > (variation[$1], $0) })]
  }
}
