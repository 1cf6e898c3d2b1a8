import Evaluation

/// A way to come by a selection that competes with others. A new one is a type and its place in `CandidateSources.all`.
protocol CandidateSource: Sendable {
  /// Its name in tables and files.
  var name: String { get }
  /// What it is, in a few words for a reader.
  var summary: String { get }
  /// K distinct features; nil where it has nothing to offer. On rank 0 alone.
  func features(_ input: CandidateInput) throws -> [Int]?
}

/// What candidates are made of.
struct CandidateInput {
  /// What the trained selectors chose.
  let selectors: [Int]
  /// What linear regression says; nil without a search.
  let search: LinearSearch?
}

/// All sources of candidates.
enum CandidateSources {
  /// The simplest first: of selections that cannot be told apart the first wins.
  static let all: [any CandidateSource] = [
    GreedyCandidate(), SearchCandidate(), TrainedCandidate(), ImprovedCandidate(),
  ]
}

/// Greedy column subset selection with swaps.
struct GreedyCandidate: CandidateSource {
  let name = "greedy"
  let summary = "greedy selection with swaps, by linear regression"

  func features(_ input: CandidateInput) -> [Int]? { input.search?.greedy }
}

/// Iterated local search.
struct SearchCandidate: CandidateSource {
  let name = "search"
  let summary = "iterated local search, by linear regression"

  func features(_ input: CandidateInput) -> [Int]? { input.search?.iterated }
}

/// What the selectors chose.
struct TrainedCandidate: CandidateSource {
  let name = "selectors"
  let summary = "the trained selectors' choice"

  func features(_ input: CandidateInput) -> [Int]? { input.selectors }
}

/// What the selectors chose, with features replaced as long as a linear regression gets better by it.
struct ImprovedCandidate: CandidateSource {
  let name = "swaps"
  let summary = "the trained selectors' choice after swaps"

  func features(_ input: CandidateInput) throws -> [Int]? {
    let features = input.selectors
    return try input.search.map {
      try SubsetSearch($0.moments, count: features.count, constraints: $0.constraints).improved(features)
        .features
    }
  }
}
