import Communication
import LinearAlgebra
import RunSettings

/// Whose micro-batch is worked out a second time, by whom, and when: a rank whose processor, memory or kernels give wrong
/// gradients is told by the next one, which must get the same bits. Where ranks divide features it is the next one of the node,
/// once they have worked out theirs (`SliceReplay`).
///
/// Places count ranks node by node, as a `ReductionPlan` does.
package struct SpotCheck: Equatable {
  /// What is worked out twice in a step.
  package struct Subject: Equatable {
    /// Whose it is.
    package let place: Int
    /// Who works it out again.
    package let checker: Int
    /// The micro-batch.
    package let microBatch: Int
  }

  /// Steps from one check to the next.
  package let interval: Int
  /// The micro-batches of each place, and the places that have some.
  private let microBatches: [Range<Int>]
  private let busy: [Int]
  private let plan: ReductionPlan

  /// A micro-batch of so many is worked out twice: less than 1% of a run's work.
  private static let workOfACheck = 128

  /// Checks for a plan of ranks with up to so many threads; nil for a rank that is alone.
  package init?(_ plan: ReductionPlan, threads: Int = 1) {
    guard plan.worldSize > 1 else { return nil }
    self.plan = plan
    let places = 0..<plan.worldSize
    let microBatches = places.map {
      plan.microBatches(node: $0 / plan.ranksPerNode, rank: $0 % plan.ranksPerNode)
    }
    self.microBatches = microBatches
    busy = places.filter { !microBatches[$0].isEmpty }
    guard let most = microBatches.map(\.count).max(), most > 0 else { return nil }
    // All wait for the checker, whose step has one more than the longest.
    // With one thread instead of several a rank takes so many times as long, for its own work and for the other's.
    let work = Self.workOfACheck * (2 * threads - 1)
    // Odd, so that checks come to all batches of an epoch, whose last may have no rows for some.
    interval = (work + most - 1) / most | 1
  }

  /// What is worked out twice in a step; each rank's turn comes, then its next micro-batch's.
  package func subject(step: Int) -> Subject? {
    guard (step + 1).isMultiple(of: interval) else { return nil }
    let turn = step / interval
    let place = busy[turn % busy.count]
    let own = microBatches[place]
    let (node, rank) = (place / plan.ranksPerNode, place % plan.ranksPerNode)
    let next =
      plan.division == .features
      ? node * plan.ranksPerNode + (rank + 1) % plan.ranksPerNode : (place + 1) % plan.worldSize
    return Subject(
      place: place, checker: next,
      microBatch: own.lowerBound + turn / busy.count % own.count)
  }

  /// Does a rank's work in a step that is checked. Bits depend on the number of threads, so those that must get the same ones
  /// have one in it.
  func withSameBits(_ subject: Subject, place: Int, _ work: () throws -> Void) rethrows {
    let own = BLASRuntime.threadCount
    guard subject.place == place || subject.checker == place, own > 1 else { return try work() }
    BLASRuntime.threadCount = 1
    defer { BLASRuntime.threadCount = own }
    try work()
  }

  /// Checks for a plan; every rank must call.
  static func over(_ communicator: any Communicator, _ plan: ReductionPlan) throws -> SpotCheck? {
    SpotCheck(plan, threads: Int(try communicator.allReduce(Int64(BLASRuntime.threadCount), .max)))
  }
}
