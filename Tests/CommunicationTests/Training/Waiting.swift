import Foundation
import RunStore
import Testing

/// Waits for what another thread does; an issue is recorded if it does not come.
func wait(for what: String, until isTrue: () -> Bool) {
  let deadline = Date(timeIntervalSinceNow: 60)
  while !isTrue() {
    guard Date() < deadline else {
      Issue.record("waited in vain for \(what)")
      return
    }
    usleep(100)
  }
}

extension CheckpointStore {
  /// Whether the save of `step` is over: its file is there, and those that it removes are gone.
  func isSettled(at step: Int) -> Bool {
    guard let checkpoint = try? Checkpoint(path: path(step: step)) else { return false }
    let present = steps()
    return Set(present) == Set(present.suffix(2) + [checkpoint.load().best?.step].compactMap { $0 })
  }
}
