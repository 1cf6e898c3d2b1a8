/// How the gradient of a global batch is cut into parts and added up.
package enum BatchReduction: Sendable, Equatable {
  /// A part for each rank, added in an order that depends on the ranks and the MPI library.
  case fast
  /// A fixed number of parts, added in one tree: the same bits on any number of ranks.
  case exact(microBatches: Int)

  /// The number of ranks beyond which more would have no rows, where that is fixed: then a rank has one thread, too.
  package var usefulRanks: Int? {
    switch self {
    case .fast: nil
    case .exact(let microBatches): microBatches
    }
  }

  /// Parts of a batch when `ranks` ranks work on it.
  package func microBatchCount(ranks: Int) -> Int {
    switch self {
    case .fast: ranks
    case .exact(let microBatches): microBatches
    }
  }
}
