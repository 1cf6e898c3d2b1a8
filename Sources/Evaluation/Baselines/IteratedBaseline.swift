/// Iterated local search from the greedy selection.
struct IteratedBaseline: Baseline {
  let name = "search"
  let summary = "iterated local search from there"

  func select(_ input: BaselineInput) throws -> [[Int]] {
    let search = try SubsetSearch(input.moments, count: input.count, constraints: input.constraints)
    return [
      search.iterated(from: search.greedy().features, budget: input.budget, seed: input.seed).features
    ]
  }
}
