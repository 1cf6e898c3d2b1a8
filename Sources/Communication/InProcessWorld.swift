import Foundation

/// Runs several ranks as threads of this process: the deterministic stand-in for MPI in tests.
public enum InProcessWorld {
  /// Runs `body` on `ranks` threads and returns its results in rank order.
  ///
  /// If ranks fail, throws the earliest error that is not merely the consequence of another rank's failure.
  /// A collective in which some rank does not take part within `timeout` seconds throws on the others.
  /// Each thread has a stack of 16 MB.
  public static func run<T: Sendable>(
    ranks: Int, timeout: Double = 30, _ body: @escaping @Sendable (any Communicator) throws -> T
  ) throws -> [T] {
    let (outcomes, order) = outcomesAndOrder(ranks: ranks, timeout: timeout, body)
    let errors = order.compactMap { rank -> (any Error)? in
      if case .failure(let error) = outcomes[rank] { error } else { nil }
    }
    if let cause = errors.first(where: { !isConsequence($0) }) ?? errors.first { throw cause }
    return try outcomes.map { try $0.get() }
  }

  /// Runs `body` on `ranks` threads and returns what became of each, in rank order.
  public static func outcomes<T: Sendable>(
    ranks: Int, timeout: Double = 30, _ body: @escaping @Sendable (any Communicator) throws -> T
  ) -> [Result<T, any Error>] {
    outcomesAndOrder(ranks: ranks, timeout: timeout, body).outcomes
  }

  private static func outcomesAndOrder<T: Sendable>(
    ranks: Int, timeout: Double, _ body: @escaping @Sendable (any Communicator) throws -> T
  ) -> (outcomes: [Result<T, any Error>], order: [Int]) {
    precondition(ranks > 0, "a group has at least one rank")
    let rendezvous = Rendezvous(size: ranks, timeout: timeout)
    let outcomes = OutcomeBoard<T>(ranks: ranks)
    for rank in 0..<ranks {
      let end: @Sendable (Result<T, any Error>) -> Void = { result in
        var cause: String?
        if case .failure(let error) = result { cause = "\(error)" }
        // The rank's error is noted first: those it wakes must come after it.
        outcomes.note(result, rank: rank)
        rendezvous.leave(rank: rank, cause: cause)
      }
      let communicator = ThreadedCommunicator(rank: rank, size: ranks, rendezvous: rendezvous) { code in
        end(.failure(CommunicationError.aborted(rank: rank, code: code)))
      }
      let thread = Thread { end(Result { try body(communicator) }) }
      thread.stackSize = 16 << 20
      thread.name = "rank \(rank)"
      thread.start()
    }
    return outcomes.wait()
  }

  private static func isConsequence(_ error: any Error) -> Bool {
    if error is PeerFailure { return true }
    if case CommunicationError.rankLeft = error { return true }
    return false
  }
}
