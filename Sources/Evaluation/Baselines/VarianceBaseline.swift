/// The features that vary most.
struct VarianceBaseline: Baseline {
  let name = "variance"
  let summary = "the features of the largest variance"

  func select(_ input: BaselineInput) throws -> [[Int]] {
    let variation = input.moments.scatter.diagonal
    return [try input.first(of: variation.indices.sorted { (variation[$0], $1) > (variation[$1], $0) })]
  }
}
