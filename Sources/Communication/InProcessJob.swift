import Foundation

/// What the groups of an in-process world have in common: ranks that left, and aborts, reach all of them.
final class InProcessJob: @unchecked Sendable {
  // Guards the rest. A group's own lock is never held while this one is taken, nor the other way round.
  private let lock = NSLock()
  private var groups: [Rendezvous] = []
  private var left: [(rank: Int, cause: String?)] = []
  private var aborted: (rank: Int, code: Int32)?

  /// Lets a group know what becomes of its ranks, from now on and before; again has no effect.
  func register(_ group: Rendezvous) {
    lock.lock()
    if !groups.contains(where: { $0 === group }) { groups.append(group) }
    let (left, aborted) = (left, aborted)
    lock.unlock()
    for departure in left { group.leave(departure.rank, cause: departure.cause) }
    if let aborted { group.abort(aborted.rank, code: aborted.code) }
  }

  /// Records that a rank of the job makes no more calls, in no group.
  func leave(_ rank: Int, cause: String?) {
    lock.lock()
    left.append((rank, cause))
    let groups = groups
    lock.unlock()
    for group in groups { group.leave(rank, cause: cause) }
  }

  /// Ends all groups.
  func abort(_ rank: Int, code: Int32) {
    lock.lock()
    if aborted == nil { aborted = (rank, code) }
    let groups = groups
    lock.unlock()
    for group in groups { group.abort(rank, code: code) }
  }
}
