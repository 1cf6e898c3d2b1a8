import AtomicFile
import Communication
import Foundation
import Synchronization

/// Ends a rank that has made no progress for too long, or that waits for one whose process does not run any more: MPI
/// knows of neither.
///
/// A thread of each rank counts the time, shows on the node's board that its process runs and what it does, and looks at
/// what the others show. Time in which the thread itself did not run, as under a scheduler's suspension, is no silence.
package final class Watchdog: Sendable {
  /// What the rank does at the moment.
  private struct Beat {
    var count = 0
    var step = 0
    var phase: StaticString = "starting"
    var stage: String?
    var isWaiting = false
    var limit: Double
    var isActive = true
  }

  /// The exit code of a stalled rank.
  package static let exitCode: Int32 = 8
  /// Seconds allowed for the start, for the first step and for each stage beside training at the least.
  package static let startLimit = 300.0

  private let state: Mutex<Beat>
  private let limit: Double

  /// Starts watching; `limit` seconds may pass between beats once training runs, and without a sign of life of the
  /// ranks on this node at any time; 0 switches it off. Every rank must call.
  ///
  /// Throws `SystemThread.Refusal`.
  package init(limit: Double, communicator: any Communicator) throws {
    self.limit = limit
    state = Mutex(Beat(limit: max(limit, Self.startLimit)))
    defer { StartWatch.end() }
    guard limit > 0 else { return }
    let board = try NodeBoard.make(communicator)
    let (rank, host) = (communicator.rank, communicator.hostName)
    try SystemThread.start { [weak self] in
      var watch = StallWatch(limit: limit, rank: rank, host: host, board: board)
      while true {
        Thread.sleep(forTimeInterval: watch.interval)
        guard let self else { return watch.leave() }
        let (isActive, limit) = self.state.withLock { ($0.isActive, $0.limit) }
        if let report = watch.look(at: self.notice, progressLimit: isActive ? limit : nil) {
          StandardStreams.printError("cae: error: \(report)")
          _exit(Self.exitCode)
        }
      }
    }
  }

  private var notice: NodeBoard.Notice {
    state.withLock { beat in
      var notice = NodeBoard.Notice()
      notice.progress = beat.count
      notice.step = beat.step
      notice.isWaiting = beat.isWaiting
      notice.phase = beat.stage ?? "\(beat.phase)"
      return notice
    }
  }

  /// Tells what this rank is about to do.
  package func beat(step: Int, phase: StaticString, isWaiting: Bool = false) {
    guard limit > 0 else { return }
    state.withLock { beat in
      beat.count += 1
      beat.step = step
      beat.phase = phase
      beat.stage = nil
      beat.isWaiting = isWaiting
      if step > 0 { beat.limit = limit }
    }
  }

  /// Tells that a part of the run begins which may take as long as the start, or that this rank waits for it.
  package func begin(stage: String, isWaiting: Bool = false) {
    guard limit > 0 else { return }
    state.withLock { beat in
      beat.count += 1
      beat.stage = stage
      beat.isWaiting = isWaiting
      beat.limit = max(limit, Self.startLimit)
    }
  }

  /// Tells that a part of the run begins which may take any time.
  package func pause(phase: String) {
    begin(stage: phase)
    state.withLock { $0.limit = .infinity }
  }

  /// Expects no more progress of this rank; that the others' processes run is watched to the end.
  package func stop() { state.withLock { $0.isActive = false } }
}
