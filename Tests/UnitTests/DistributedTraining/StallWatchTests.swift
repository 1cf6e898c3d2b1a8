import Communication
import DistributedTraining
import Testing

/// The watch over ranks that stand still, with a clock that the tests move.
@Suite struct StallWatchTests {
  private func notice(_ progress: Int, isWaiting: Bool = false) -> NodeBoard.Notice {
    var notice = NodeBoard.Notice()
    (notice.progress, notice.step, notice.isWaiting) = (progress, 5, isWaiting)
    notice.phase = isWaiting ? "waiting" : "computing"
    return notice
  }

  @Test("no progress is told after the limit, with what was being done")
  func silence() {
    var watch = StallWatch(limit: 8, rank: 3, host: "a", board: nil)
    for second in 0...8 {
      #expect(watch.look(at: notice(1), progressLimit: 8, now: Double(second)) == nil)
    }
    let report = watch.look(at: notice(1), progressLimit: 8, now: 9)
    #expect(report?.contains("rank 3 on a: no progress for 9 s while computing at step 5") == true)
  }

  @Test("what gets on, or is not watched, is let alone")
  func progress() {
    var watch = StallWatch(limit: 8, rank: 0, host: "a", board: nil)
    for second in 0...100 {
      #expect(watch.look(at: notice(second), progressLimit: 8, now: Double(second)) == nil)
    }
    for second in 101...200 {
      #expect(watch.look(at: notice(100), progressLimit: nil, now: Double(second)) == nil)
    }
  }

  @Test("time in which the process itself was stopped does not count")
  func suspension() {
    var watch = StallWatch(limit: 8, rank: 0, host: "a", board: nil)
    var now = 0.0
    for _ in 0..<4 {
      #expect(watch.look(at: notice(1), progressLimit: 8, now: now) == nil)
      now += 3_600
    }
    // Two intervals of each hour were counted.
    for _ in 0..<4 { now += 1 }
    #expect(watch.look(at: notice(1), progressLimit: 8, now: now) == nil)
    #expect(watch.look(at: notice(1), progressLimit: 8, now: now + 2) != nil)
  }

  /// What rank 0 of two says after 10 seconds, while rank 1 does what `other` says a second.
  private func report(
    _ mine: NodeBoard.Notice, limit: Double, other: @escaping @Sendable (inout StallWatch, Double) -> Void
  ) throws -> String? {
    try InProcessWorld.run(ranks: 2, ranksPerNode: 2) { communicator in
      let board = try #require(try NodeBoard.make(communicator))
      #expect(board.ranks == [0, 1] && board.otherHosts.isEmpty)
      var watch = StallWatch(limit: 8, rank: communicator.rank, host: "a", board: board)
      var said: String?
      for second in 0...10 {
        let now = Double(second)
        if communicator.rank == 1 { other(&watch, now) }
        try communicator.barrier()
        if communicator.rank == 0 { said = said ?? watch.look(at: mine, progressLimit: limit, now: now) }
        try communicator.barrier()
      }
      return said
    }[0]
  }

  @Test("a rank whose process does not run is named by another, whatever that one does")
  func lifeless() throws {
    let notice = notice(1)
    let said = try report(self.notice(1), limit: .infinity) { watch, now in
      if now < 1 { _ = watch.look(at: notice, progressLimit: nil, now: now) }
    }
    #expect(said?.contains("rank 1 on a has not run for ") == true, "\(said ?? "")")
    #expect(said?.contains("computing at step 5 (said by rank 0)") == true)
  }

  @Test("a rank that waits names the one that did not come")
  func culprit() throws {
    let notice = notice(1)
    let said = try report(self.notice(1, isWaiting: true), limit: 8) { watch, now in
      _ = watch.look(at: notice, progressLimit: nil, now: now)
    }
    #expect(said?.contains("it waits for rank 1 on a, which is computing at step 5") == true, "\(said ?? "")")
  }

  @Test("a rank that has left is not missed")
  func left() throws {
    let notice = notice(1)
    let said = try report(self.notice(1), limit: .infinity) { watch, now in
      if now < 1 { _ = watch.look(at: notice, progressLimit: nil, now: now) } else { watch.leave() }
    }
    #expect(said == nil)
  }
}
