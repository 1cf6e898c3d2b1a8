import AtomicFile
import Foundation

/// A thread that does one piece of work at a time while whoever gave it goes on.
///
/// It does not keep the process from ending. Released, it first brings its work to an end; the work must therefore
/// not hold a reference to it.
final class BackgroundThread: Sendable {
  /// What the thread shares with the others; it has no reference to `BackgroundThread` itself, whose end it awaits.
  private final class Desk: @unchecked Sendable {
    let condition = NSCondition()
    /// What is being done; stays until it is done.
    var work: (@Sendable () -> Void)?
    var isClosed = false

    /// Waits until nothing is being done; the lock must be held.
    func waitUntilIdle() { while work != nil { condition.wait() } }

    /// Does what comes until the desk is closed.
    func serve() {
      condition.lock()
      defer { condition.unlock() }
      while true {
        while work == nil && !isClosed { condition.wait() }
        guard let work else { return }
        condition.unlock()
        work()
        condition.lock()
        self.work = nil
        condition.broadcast()
      }
    }
  }

  private let desk = Desk()

  /// Starts the thread, which sleeps until there is work. Throws `SystemThread.Refusal`.
  init() throws { try SystemThread.start { [desk] in desk.serve() } }

  deinit {
    desk.condition.withLock {
      desk.waitUntilIdle()
      desk.isClosed = true
      desk.condition.broadcast()
    }
  }

  /// Hands over work and returns; waits first until what was handed over before is done.
  func begin(_ work: @escaping @Sendable () -> Void) {
    desk.condition.withLock {
      desk.waitUntilIdle()
      desk.work = work
      desk.condition.broadcast()
    }
  }

  /// Waits until all that was handed over is done.
  func finish() { desk.condition.withLock { desk.waitUntilIdle() } }
}
