import Foundation

extension Communicator {
  /// Runs `body` on every rank and goes on only if it succeeded on all; every rank must call.
  ///
  /// If ranks fail, the lowest of them throws its own error and all others throw `PeerFailure`, so that
  /// exactly one rank has something to report. `body` must make no collective calls: a rank that fails
  /// would leave the others waiting in them. `phase` completes "failed while ...", as in "reading the data".
  package func agree<T>(phase: String, _ body: () throws -> T) throws -> T {
    let result = Result { try body() }
    var vote = Int64.max
    if case .failure = result { vote = Int64(rank) }
    let failed: Int64
    do {
      failed = try allReduce(vote, .min)
    } catch {
      // What went wrong here first says more than that the ranks could not talk about it.
      _ = try result.get()
      throw error
    }
    if failed != Int64.max, failed != Int64(rank) { throw PeerFailure(rank: Int(failed), phase: phase) }
    return try result.get()
  }

  /// Throws the same `DisagreementError` on every rank if the named values are not equal on all; every rank
  /// must call.
  ///
  /// If all agree, the cost is one all-reduce of two words: a hash over all names and values, and its
  /// complement, whose maxima are complements of each other exactly if the hashes are equal. Otherwise the
  /// values are gathered at rank 0, which tells the others. Names must differ from each other.
  package func requireEqual(_ fields: [(name: String, value: String)]) throws {
    precondition(Set(fields.map(\.name)).count == fields.count, "a field is named twice")
    let hash = Fingerprint(fields).value
    var words = [hash, ~hash]
    try allReduce(&words, .max)
    if words[0] == ~words[1] { return }

    let mine = try JSONEncoder().encode(fields.map { [$0.name, $0.value] })
    let all = try Array(mine).withUnsafeBytes { try gatherVariable($0, root: 0) }
    var verdict = Data()
    if let all {
      let values = try all.map { try JSONDecoder().decode([[String]].self, from: Data($0)) }
      verdict = try JSONEncoder().encode(DisagreementError(values.map { $0.map { ($0[0], $0[1]) } }))
    }
    throw try JSONDecoder().decode(DisagreementError.self, from: try broadcast(verdict))
  }
}
