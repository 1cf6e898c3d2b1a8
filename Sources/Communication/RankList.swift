/// Ranks as text, runs abbreviated: `0-3, 5`.
struct RankList: CustomStringConvertible {
  private let ranks: [Int]

  init(_ ranks: [Int]) {
    self.ranks = ranks.sorted()
  }

  var description: String {
    var runs: [ClosedRange<Int>] = []
    for rank in ranks {
      if let last = runs.last, last.upperBound + 1 == rank {
        runs[runs.count - 1] = last.lowerBound...rank
      } else {
        runs.append(rank...rank)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
