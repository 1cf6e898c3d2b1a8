import RunSettings
import Communication
import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import Testing

/// What ranks tell each other beside their gradients, and what all read from the sums.
@Suite struct StepStatisticsTests {
  /// The statistics of some ranks with a micro-batch each, and their sums.
  private final class Tails {
    let storage: [AlignedBuffer<Float>]
    let allStatistics: [StepStatistics]
    let totals: StepStatistics

    init(ranks: Int) {
      let layout = StepStatistics.Layout(
        ReductionPlan(
          microBatches: ranks, blocks: FeatureBlocks(featureCount: 9, count: 1), nodeCount: ranks,
          ranksPerNode: 1))
      storage = (0...ranks).map { _ in AlignedBuffer<Float>(count: layout.count) }
      let views = storage.map { StepStatistics($0.base, layout: layout) }
      (allStatistics, totals) = (Array(views.dropLast()), views[ranks])
    }

    func note(
      signals: [Int: SignalFlags.Pending] = [:], milliseconds: (Int) -> Double = { _ in 1 },
      digest: (Int) -> UInt64? = { _ in nil }
    ) {
      for (rank, statistics) in allStatistics.enumerated() {
        statistics.note(
          signals: signals[rank] ?? [], digest: digest(rank), rank: rank, stepMilliseconds: milliseconds(rank)
        )
      }
    }

    func sum() -> StepStatistics {
      totals.sum(allStatistics)
      return totals
    }
  }

  static let rankCounts = [1, 2, 3, 64, 4000]

  @Test("losses keep 48 bits, counts are exact, in whatever order they are added", arguments: rankCounts)
  func sums(ranks: Int) {
    let group = Tails(ranks: ranks)
    let losses = (0..<ranks).map { 1000 / Double($0 + 3) }
    for (rank, statistics) in group.allStatistics.enumerated() {
      statistics.add(LossSums(loss: losses[rank], weight: Double(rank % 7 + 1)), microBatch: rank)
    }
    let totals = group.sum()
    #expect(abs(totals.losses.loss - losses.reduce(0, +)) <= 1e-13 * losses.reduce(0, +))
    #expect(totals.losses.weight == (0..<ranks).reduce(0.0) { $0 + Double($1 % 7 + 1) })
    #expect(totals.isLossFinite && totals.digestsAgree && !totals.stopRequested && !totals.terminateRequested)
    let bits = totals.losses.loss.bitPattern
    group.totals.sum(group.allStatistics.reversed())
    #expect(group.totals.losses.loss.bitPattern == bits)
    group.totals.clear()
    #expect(group.totals.losses == LossSums())
  }

  @Test(
    "a loss that is no number, on one rank, or beyond float's range",
    arguments: [Double.nan, .infinity, -.infinity, 1e39], [1, 2, 64])
  func nonFinite(loss: Double, ranks: Int) {
    let group = Tails(ranks: ranks)
    for (rank, statistics) in group.allStatistics.enumerated() {
      statistics.add(LossSums(loss: rank == ranks / 2 ? loss : 1, weight: 1), microBatch: rank)
    }
    #expect(!group.sum().isLossFinite)
  }

  @Test("equal digests agree", arguments: rankCounts)
  func agreement(ranks: Int) {
    let group = Tails(ranks: ranks)
    for digest in [0, .max, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210] as [UInt64] {
      group.note(digest: { _ in digest })
      #expect(group.sum().digestsAgree, "\(digest)")
    }
    group.note(digest: { _ in nil })
    #expect(group.sum().digestsAgree)
  }

  @Test("one rank whose parameters differ in one bit is noticed", arguments: rankCounts.dropFirst())
  func disagreement(ranks: Int) {
    let group = Tails(ranks: ranks)
    let parameters = AlignedBuffer<Float>(count: 100)
    for index in 0..<100 { parameters.base[index] = 1 / Float(index + 1) }
    let common = parameters.digest
    for (odd, index) in [(0, 0), (ranks - 1, 99), (ranks / 2, 41), (ranks - 1, 7)] {
      let copy = AlignedBuffer<Float>(copying: parameters)
      copy.base[index] = copy.base[index].nextUp
      group.note(digest: { $0 == odd ? copy.digest : common })
      #expect(!group.sum().digestsAgree, "rank \(odd), parameter \(index)")
    }
    // Every bit of a digest counts.
    for bit in 0..<64 {
      group.note(digest: { $0 == ranks - 1 ? common ^ (1 << UInt64(bit)) : common })
      #expect(!group.sum().digestsAgree, "bit \(bit)")
    }
    // Halves that differ, which a plain sum could take for equal.
    group.note(digest: { $0 % 2 == 0 ? common : ~common })
    #expect(!group.sum().digestsAgree)
  }

  @Test("a signal on one rank reaches all", arguments: [1, 2, 64])
  func signals(ranks: Int) {
    let group = Tails(ranks: ranks)
    group.note(signals: [ranks - 1: .saveAndStop])
    #expect(group.sum().stopRequested && !group.totals.terminateRequested)
    group.note(signals: [0: .terminate])
    #expect(group.sum().stopRequested && !group.totals.terminateRequested)
    group.note(signals: [ranks / 2: .launcherIsEnding])
    #expect(group.sum().stopRequested && group.totals.terminateRequested)
    group.note()
    #expect(!group.sum().stopRequested && !group.totals.terminateRequested)
  }

  @Test("step times by rank", arguments: [1, 2, 64])
  func times(ranks: Int) {
    let group = Tails(ranks: ranks)
    group.note(milliseconds: { Double(2 * $0 + 1) })
    let times = group.sum().stepMilliseconds
    #expect(times.mean == Double(ranks) && times.max == Double(2 * ranks - 1))
  }

  @Test("an alarm stays with its rank, and does not touch the sums")
  func alarm() {
    let group = Tails(ranks: 3)
    for (rank, statistics) in group.allStatistics.enumerated() {
      statistics.add(LossSums(loss: 2, weight: 4), microBatch: rank)
    }
    group.allStatistics[1].isAlarmed = true
    #expect(group.allStatistics.map(\.isAlarmed) == [false, true, false])
    #expect(!group.sum().isAlarmed)
    #expect(group.totals.losses == LossSums(loss: 6, weight: 12))
    group.allStatistics[1].isAlarmed = false
    #expect(!group.allStatistics[1].isAlarmed)
  }
}
