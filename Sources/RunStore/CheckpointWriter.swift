import DistributedTraining
import RunSettings
import Tables

/// Writes a run's checkpoints while training goes on.
///
/// The loop is held for as long as it takes to copy the state; a thread then hashes, writes, brings to the disk
/// and removes old files. There is one copy: a save that comes while the one before is still being written waits
/// for it, for every checkpoint that is due is a promised place to go on from. Released, it brings to an end what
/// it has begun.
package final class CheckpointWriter {
  /// What is needed to write a state, on whichever thread.
  private struct Target: Sendable {
    let store: CheckpointStore
    let configuration: RunConfiguration
    let facts: RunFacts
    let log: RunLog

    /// Whether the state is on the disk now; if not, the reason is logged.
    func write(_ state: ModelState, isLast: Bool) -> Bool {
      do {
        try store.save(state, configuration: configuration, facts: facts)
        return true
      } catch {
        let before = store.steps().last.map { "that of step \($0) stays" } ?? "there is none before it"
        let consequence = isLast ? before : "training goes on and will try again"
        log.error("no checkpoint of step \(state.step): \(error); \(consequence)")
        return false
      }
    }
  }

  private let target: Target
  /// Made for the first state that is written in the background.
  private var background: (thread: BackgroundThread, copy: StateCopy)?
  private var savedStep: Int?

  /// A writer into `store` of states of a run with these settings and data. A failure to write is logged.
  package init(store: CheckpointStore, configuration: RunConfiguration, facts: RunFacts, log: RunLog) {
    target = Target(store: store, configuration: configuration, facts: facts, log: log)
  }

  /// Saves the state as it is now, unless it is saved already; the state may change as soon as this returns.
  ///
  /// `isLast` says that no further attempt follows: this then returns once the state is on the disk, or has failed
  /// to get there.
  package func save(_ state: ModelState, isLast: Bool) {
    if let (thread, copy) = background {
      thread.finish()
      if copy.isSaved { savedStep = copy.state.step }
    }
    guard savedStep != state.step else { return }
    guard !isLast, let (thread, copy) = prepared(for: state) else {
      if target.write(state, isLast: isLast) { savedStep = state.step }
      return
    }
    thread.begin { [target] in copy.isSaved = target.write(copy.state, isLast: false) }
  }

  /// The thread that writes, and a copy of the state for it; nil where the system starts no thread.
  private func prepared(for state: ModelState) -> (BackgroundThread, StateCopy)? {
    if let (thread, copy) = background {
      copy.refill(from: state)
      return (thread, copy)
    }
    guard let thread = try? BackgroundThread() else { return nil }
    background = (thread, StateCopy(of: state))
    return background
  }
}
