import Foundation

/// Runs several ranks as threads of this process: the deterministic stand-in for MPI in tests.
package enum InProcessWorld {
  /// What a rank knows of the whole world, in whatever group it takes part.
  struct Place: Sendable {
    let job: InProcessJob
    /// This rank's number among all.
    let rank: Int
    let ranksPerNode: Int?
    /// Whether these ranks are the whole program.
    let isProgram: Bool
    let onAbort: @Sendable (Int32) -> Void

    func node(of rank: Int) -> Int { ranksPerNode.map { rank / $0 } ?? 0 }

    var hostName: String {
      ProcessInfo.processInfo.hostName + (ranksPerNode == nil ? "" : "-node\(node(of: rank))")
    }
  }

  /// Runs `body` on `ranks` threads and returns its results in rank order.
  ///
  /// With `ranksPerNode` the ranks are as if on several nodes, each with so many of them, the last perhaps
  /// with fewer; without, all are on one.
  ///
  /// If ranks fail, throws the earliest error that is not merely the consequence of another rank's failure.
  /// A collective in which some rank does not take part within `timeout` seconds throws on the others.
  /// Each thread has a stack of 16 MB.
  package static func run<T: Sendable>(
    ranks: Int, ranksPerNode: Int? = nil, timeout: Double = 30,
    _ body: @escaping @Sendable (any Communicator) throws -> T
  ) throws -> [T] {
    let (outcomes, order) = outcomesAndOrder(
      ranks: ranks, ranksPerNode: ranksPerNode, timeout: timeout, body)
    let errors = order.compactMap { rank -> (any Error)? in
      if case .failure(let error) = outcomes[rank] { error } else { nil }
    }
    if let cause = errors.first(where: { !isConsequence($0) }) ?? errors.first { throw cause }
    return try outcomes.map { try $0.get() }
  }

  /// Runs `body` on `ranks` threads and returns what became of each, in rank order.
  ///
  /// Where the ranks are the whole program, an abort ends the process.
  package static func outcomes<T: Sendable>(
    ranks: Int, ranksPerNode: Int? = nil, timeout: Double = 30, isProgram: Bool = false,
    _ body: @escaping @Sendable (any Communicator) throws -> T
  ) -> [Result<T, any Error>] {
    outcomesAndOrder(
      ranks: ranks, ranksPerNode: ranksPerNode, timeout: timeout, isProgram: isProgram, body
    ).outcomes
  }

  private static func outcomesAndOrder<T: Sendable>(
    ranks: Int, ranksPerNode: Int?, timeout: Double, isProgram: Bool = false,
    _ body: @escaping @Sendable (any Communicator) throws -> T
  ) -> (outcomes: [Result<T, any Error>], order: [Int]) {
    precondition(ranks > 0, "a group has at least one rank")
    precondition(ranksPerNode.map { $0 > 0 } ?? true, "a node has at least one rank")
    let job = InProcessJob()
    let rendezvous = Rendezvous(members: Array(0..<ranks), timeout: timeout, looksFirst: isProgram)
    job.register(rendezvous)
    let outcomes = OutcomeBoard<T>(ranks: ranks)
    for rank in 0..<ranks {
      let end: @Sendable (Result<T, any Error>) -> Void = { result in
        var cause: String?
        if case .failure(let error) = result { cause = "\(error)" }
        // The rank's error is noted first: those it wakes must come after it.
        outcomes.note(result, rank: rank)
        job.leave(rank, cause: cause)
      }
      let place = Place(job: job, rank: rank, ranksPerNode: ranksPerNode, isProgram: isProgram) { code in
        end(.failure(CommunicationError.aborted(rank: rank, code: code)))
      }
      let communicator = ThreadedCommunicator(rank: rank, rendezvous: rendezvous, world: place)
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
