import Foundation

/// Collects what became of each rank, and the order in which they ended.
final class OutcomeBoard<T: Sendable>: @unchecked Sendable {
  // Guards the rest.
  private let condition = NSCondition()
  private var outcomes: [Result<T, any Error>?]
  private var order: [Int] = []

  init(ranks: Int) {
    outcomes = Array(repeating: nil, count: ranks)
  }

  func note(_ outcome: Result<T, any Error>, rank: Int) {
    condition.lock()
    defer { condition.unlock() }
    outcomes[rank] = outcome
    order.append(rank)
    condition.broadcast()
  }

  /// Waits for all ranks.
  func wait() -> (outcomes: [Result<T, any Error>], order: [Int]) {
    condition.lock()
    defer { condition.unlock() }
    while order.count < outcomes.count { condition.wait() }
    return (outcomes.compactMap { $0 }, order)
  }
}
