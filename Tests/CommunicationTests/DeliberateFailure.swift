import Communication
import Foundation
import Testing

/// Expects that the last rank's failure is what `run` reports, and what wakes the ranks that wait in `wait`.
///
/// Every rank prepares first; the last then throws instead of waiting.
func expectFailureWakesOthers<Prepared>(
  ranks: Int, prepare: @escaping @Sendable (any Communicator) throws -> Prepared,
  wait: @escaping @Sendable (any Communicator, Prepared) throws -> Void
) {
  let body: @Sendable (any Communicator) throws -> Void = { communicator in
    let prepared = try prepare(communicator)
    if communicator.rank == ranks - 1 {
      Thread.sleep(forTimeInterval: 0.05)
      throw Deliberate(rank: communicator.rank)
    }
    try wait(communicator, prepared)
  }
  #expect(throws: Deliberate(rank: ranks - 1)) { try InProcessWorld.run(ranks: ranks, body) }
  // Named by its number in the whole job, whatever it is in the group that waits.
  for (rank, outcome) in InProcessWorld.outcomes(ranks: ranks, body).enumerated() where rank < ranks - 1 {
    #expect(
      throws: CommunicationError.rankLeft(
        rank: ranks - 1, cause: "deliberate failure on rank \(ranks - 1)")
    ) { try outcome.get() }
  }
}
