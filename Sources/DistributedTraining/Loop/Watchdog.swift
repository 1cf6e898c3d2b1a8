import Foundation
import Synchronization

/// Ends a rank that has made no progress for too long: a peer that is alive but stuck is unknown to MPI.
public final class Watchdog: Sendable {
  private struct Beat {
    var step = 0
    var phase: StaticString = "starting"
    var time = DispatchTime.now().uptimeNanoseconds
    var limit: Double
    var isActive = true
  }

  /// The exit code of a stalled rank.
  public static let exitCode: Int32 = 8
  /// Seconds allowed for the start and the first step at the least.
  public static let startLimit = 300.0

  private let state: Mutex<Beat>
  private let limit: Double

  /// Starts watching; `limit` seconds may pass between beats once training runs, 0 switches it off.
  /// `describe` names this rank and its host.
  public init(limit: Double, describe: String) {
    self.limit = limit
    state = Mutex(Beat(limit: max(limit, Self.startLimit)))
    guard limit > 0 else { return }
    let thread = Thread { [weak self] in
      while true {
        Thread.sleep(forTimeInterval: min(1, limit / 4))
        guard let self else { return }
        guard let report = self.overdue() else { continue }
        FileHandle.standardError.write(Data("cae: error: \(describe): \(report)\n".utf8))
        _exit(Self.exitCode)
      }
    }
    thread.start()
  }

  private func overdue() -> String? {
    state.withLock { beat in
      let silence = Double(DispatchTime.now().uptimeNanoseconds - beat.time) * 1e-9
      guard beat.isActive, silence > beat.limit else { return nil }
      return "no progress for \(Int(silence)) s while \(beat.phase) at step \(beat.step); a rank or a file "
        + "system is stuck. The last checkpoint is intact: start again with --resume"
    }
  }

  /// Tells what this rank is about to do.
  public func beat(step: Int, phase: StaticString) {
    guard limit > 0 else { return }
    state.withLock { beat in
      beat.step = step
      beat.phase = phase
      beat.time = DispatchTime.now().uptimeNanoseconds
      if step > 0 { beat.limit = limit }
    }
  }

  /// Stops watching.
  public func stop() { state.withLock { $0.isActive = false } }
}
