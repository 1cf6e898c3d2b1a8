import ConcreteAutoencoder

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
  /// What of each place is worked out again: micro-batches whose gradients are written as they are, or, where ranks divide the
  /// features, the node's first, which stands for all; and the places that have some.
  private let microBatches: [[Int]]
  private let busy: [Int]
  private let plan: ReductionPlan

  /// A micro-batch of so many is worked out twice: less than 1% of a run's work.
  private static let workOfACheck = 128

  /// Checks for a plan; nil for a rank that is alone.
  package init?(_ plan: ReductionPlan) {
    guard plan.worldSize > 1 else { return nil }
    self.plan = plan
    let tasks = (0..<plan.worldSize).map {
      Array(plan.tasks(node: $0 / plan.ranksPerNode, rank: $0 % plan.ranksPerNode).joined())
    }
    microBatches = tasks.map { tasks in
      let first = tasks.filter { !$0.features.accumulates }.map(\.features.microBatch)
      return plan.dividesFeatures ? Array(first.prefix(1)) : first
    }
    busy = tasks.indices.filter { !tasks[$0].isEmpty }
    // All wait for the checker, whose step has one more than the longest, or twice as much to do.
    let most = plan.dividesFeatures ? 1 : tasks.map(\.count).max() ?? 0
    guard most > 0 else { return nil }
    // Odd, so that checks come to all batches of an epoch, whose last may have no rows for some.
    interval = (Self.workOfACheck + most - 1) / most | 1
  }

  /// What is worked out twice in a step; each rank's turn comes, then its next micro-batch's.
  package func subject(step: Int) -> Subject? {
    guard (step + 1).isMultiple(of: interval) else { return nil }
    let turn = step / interval
    let place = busy[turn % busy.count]
    let own = microBatches[place]
    let (node, rank) = (place / plan.ranksPerNode, place % plan.ranksPerNode)
    let next =
      plan.dividesFeatures
      ? node * plan.ranksPerNode + (rank + 1) % plan.ranksPerNode : (place + 1) % plan.worldSize
    return Subject(place: place, checker: next, microBatch: own[turn / busy.count % own.count])
  }
}
