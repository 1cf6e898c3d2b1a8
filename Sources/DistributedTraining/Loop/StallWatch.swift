import Communication
import Foundation

/// Finds out that a rank stands still, from what it and the others of its node show.
package struct StallWatch {
  /// Seconds between two looks.
  package let interval: Double

  /// Seconds between two looks that are counted at the most: a busy core wakes nobody in time.
  private let mostBetweenLooks: Double

  private struct Sight {
    var notice = NodeBoard.Notice()
    var lastPulse = 0.0
    var lastProgress = 0.0

    mutating func take(_ seen: NodeBoard.Notice, at time: Double) {
      if seen.pulse != notice.pulse { lastPulse = time }
      if seen.progress != notice.progress { lastProgress = time }
      notice = seen
    }
  }

  private let limit: Double
  private let rank: Int
  private let host: String
  private let board: NodeBoard?
  private var own = Sight()
  private var others: [Sight]
  private var pulse = 0
  /// Seconds in which this process ran.
  private var awake = 0.0
  private var lastLook: Double?

  /// A watch of `rank`, which shows itself on `board` if there is one.
  package init(limit: Double, rank: Int, host: String, board: NodeBoard?) {
    self.limit = limit
    self.rank = rank
    self.host = host
    self.board = board
    others = Array(repeating: Sight(), count: board?.ranks.count ?? 0)
    interval = min(0.25, limit / 4)
    mostBetweenLooks = 2 * min(1, limit / 4)
  }

  /// Shows what this rank does and looks at the others; gives what to say if a rank stands still.
  ///
  /// `progressLimit` is how many seconds this rank may take to get on; nil where that is not watched.
  package mutating func look(
    at notice: NodeBoard.Notice, progressLimit: Double?,
    now: Double = Double(DispatchTime.now().uptimeNanoseconds) * 1e-9
  ) -> String? {
    // More can pass only where this process was stopped too.
    awake += min(now - (lastLook ?? now), mostBetweenLooks)
    lastLook = now
    pulse += 1
    var notice = notice
    notice.pulse = pulse
    board?.post(notice)
    own.take(notice, at: awake)
    for place in others.indices {
      if let seen = board?.notice(at: place) { others[place].take(seen, at: awake) }
    }
    return lifeless() ?? progressLimit.flatMap { stall(limit: $0) }
  }

  /// Is no longer to be looked at.
  package func leave() { board?.post(NodeBoard.Notice()) }

  /// What to say of a rank of this node whose process does not run any more. The lowest that sees it speaks first.
  private func lifeless() -> String? {
    guard let board else { return nil }
    // A rank that shows no pulse has left.
    let silent = others.indices.filter {
      $0 != board.own && others[$0].notice.pulse > 0 && awake - others[$0].lastPulse > limit
    }
    guard let place = silent.first else { return nil }
    let speaker = others.indices.first { !silent.contains($0) } ?? board.own
    let silence = awake - others[place].lastPulse
    guard speaker == board.own || silence > limit + 2 else { return nil }
    let notice = others[place].notice
    return "rank \(board.ranks[place]) on \(host) has not run for \(Int(silence)) s, since it was "
      + "\(doing(notice)) (said by rank \(rank)): its process is stopped, or the node's cores are taken. "
      + Self.remedy
  }

  /// What to say if this rank has made no progress for too long.
  private func stall(limit: Double) -> String? {
    let silence = awake - own.lastProgress
    guard silence > limit else { return nil }
    let start = "rank \(rank) on \(host): no progress for \(Int(silence)) s while \(doing(own.notice))"
    guard own.notice.isWaiting, let board else {
      return start + "; a rank or a file system is stuck. " + Self.remedy
    }
    let culprits = others.indices.filter {
      $0 != board.own && !others[$0].notice.isWaiting && awake - others[$0].lastProgress > limit / 2
    }
    guard !culprits.isEmpty else {
      let elsewhere =
        board.otherHosts.isEmpty
        ? "all ranks wait for each other"
        : "all ranks of this node wait: one on \(board.otherHosts.joined(separator: ", ")) did not come"
      return start + "; \(elsewhere). " + Self.remedy
    }
    let names = culprits.map { "rank \(board.ranks[$0]) on \(host), which is \(doing(others[$0].notice))" }
    return start + "; it waits for \(names.joined(separator: ", and ")). " + Self.remedy
  }

  private func doing(_ notice: NodeBoard.Notice) -> String { "\(notice.phase) at step \(notice.step)" }

  private static let remedy = "The last checkpoint is intact: start again with --resume"
}
