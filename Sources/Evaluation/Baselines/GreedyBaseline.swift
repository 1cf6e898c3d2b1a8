/// Greedy selection by the closed form of linear regression, then swaps.
struct GreedyBaseline: Baseline {
  let name = "greedy"
  let summary = "forward selection with swaps"

  func select(_ input: BaselineInput) throws -> [[Int]] {
    let search = try SubsetSearch(input.moments, count: input.count, constraints: input.constraints)
    return [search.improved(search.greedy().features).features]
  }
}
