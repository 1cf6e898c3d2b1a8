import Communication
import ConcreteAutoencoder

/// What a rank adds to a step's gradient, and what all ranks read from the sums: each micro-batch's loss and weight,
/// stop requests, digests of the parameters and of a gradient that is checked, and each rank's step time.
///
/// Every decision of a step is taken from these sums, so all ranks take the same. Each value is a small whole number,
/// or is not zero on one rank alone: the sums are exact in whatever order they are taken.
package struct StepStatistics {
  private enum Slot: Int, CaseIterable {
    case nonFinite, stop, terminate
  }
  private static let digestPieces = 11
  private static let bitsAPiece = 6
  private static let spotOffset = Slot.allCases.count + 2 * digestPieces
  private static let lossesOffset = spotOffset + 2 * digestPieces

  /// How many values there are.
  package struct Layout: Equatable {
    /// Ranks.
    let worldSize: Int
    /// Micro-batches of a batch, times the blocks of the features: each has a part of the loss of its own.
    let lossCount: Int
    fileprivate let blockCount: Int

    package init(_ plan: ReductionPlan) {
      worldSize = plan.worldSize
      blockCount = plan.blocks.count
      lossCount = plan.tree.leaves * plan.blocks.count
    }

    // A loss and its weight are carried by two floats each.
    fileprivate var timesOffset: Int { lossesOffset + 4 * lossCount }
    /// Values that are summed over the ranks.
    var sumCount: Int { timesOffset + worldSize }
    /// All values: the sums, then an alarm and a seal of two words that are not summed.
    package var count: Int { sumCount + 3 }
  }

  let layout: Layout
  private let values: UnsafeMutablePointer<Float>

  /// Views statistics that start at `values`.
  package init(_ values: UnsafeMutablePointer<Float>, layout: Layout) {
    self.values = values
    self.layout = layout
  }

  private subscript(slot: Slot) -> Float {
    get { values[slot.rawValue] }
    nonmutating set { values[slot.rawValue] = newValue }
  }

  /// Notes what a rank adds beside its micro-batches. `digest` is that of the parameters, or nil on steps that do not
  /// compare it (the same on every rank); the time is that of the step before.
  package func note(signals: SignalFlags.Pending, digest: UInt64?, rank: Int, stepMilliseconds: Double) {
    self[.stop] = signals.isEmpty ? 0 : 1
    self[.terminate] = signals.contains(.launcherIsEnding) ? 1 : 0
    write(digest ?? 0, at: Slot.allCases.count)
    values[layout.timesOffset + rank] = Float(stepMilliseconds)
  }

  /// Notes a digest of the micro-batch that two ranks work out in this step; the others give none.
  package func noteSpotCheck(_ digest: UInt64) { write(digest, at: Self.spotOffset) }

  private func write(_ digest: UInt64, at offset: Int) {
    let pieces = values + offset
    for index in 0..<Self.digestPieces {
      let piece = Float((digest >> UInt64(index * Self.bitsAPiece)) & 63)
      pieces[2 * index] = piece
      pieces[2 * index + 1] = piece * piece
    }
  }

  /// Adds what a micro-batch gave, or a block of its outputs.
  package func add(_ sums: LossSums, microBatch: Int, block: Int = 0) {
    let pieces = values + Self.lossesOffset + 4 * (microBatch * layout.blockCount + block)
    pieces[0] = Float(sums.loss)
    pieces[1] = Float(sums.loss - Double(pieces[0]))
    pieces[2] = Float(sums.weight)
    pieces[3] = Float(sums.weight - Double(pieces[2]))
    if !sums.loss.isFinite || !pieces[0].isFinite { self[.nonFinite] += 1 }
  }

  /// Makes these the sums of other statistics.
  package func sum(_ allStatistics: [StepStatistics]) {
    clear()
    for statistics in allStatistics { add(statistics.values) }
  }

  /// Adds another rank's values, which lie at `other`.
  func add(_ other: UnsafePointer<Float>) {
    for index in 0..<layout.sumCount { values[index] += other[index] }
  }

  /// Sets all values to zero.
  package func clear() {
    for index in 0..<layout.sumCount { values[index] = 0 }
  }

  /// The values that are summed over the ranks.
  var sums: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: values, count: layout.sumCount)
  }

  /// An alarm of this rank's alone: its shard of the summed gradient is not finite.
  package var isAlarmed: Bool {
    get { values[layout.sumCount] != 0 }
    nonmutating set { values[layout.sumCount] = newValue ? 1 : 0 }
  }

  /// A digest of this rank's share of the parameters.
  var seal: UInt64 {
    get {
      UInt64(values[layout.sumCount + 1].bitPattern) << 32 | UInt64(values[layout.sumCount + 2].bitPattern)
    }
    nonmutating set {
      values[layout.sumCount + 1] = Float(bitPattern: UInt32(newValue >> 32))
      values[layout.sumCount + 2] = Float(bitPattern: UInt32(truncatingIfNeeded: newValue))
    }
  }

  /// Loss and weight summed over the global batch, micro-batch by micro-batch and block by block.
  package var losses: LossSums {
    var sums = LossSums()
    for index in 0..<layout.lossCount {
      let pieces = values + Self.lossesOffset + 4 * index
      sums.loss += Double(pieces[0]) + Double(pieces[1])
      sums.weight += Double(pieces[2]) + Double(pieces[3])
    }
    return sums
  }
  /// Whether a rank was asked to stop.
  package var stopRequested: Bool { self[.stop] > 0 }
  /// Whether the launcher is ending the job: a peer may have died, and there is no time for good-byes.
  package var terminateRequested: Bool { self[.terminate] > 0 }
  /// Whether the loss of every micro-batch is finite.
  package var isLossFinite: Bool { self[.nonFinite] == 0 && losses.loss.isFinite }

  /// Whether all ranks gave the same digest: n sum(v^2) = (sum v)^2 holds for equal values alone, and 6-bit
  /// pieces keep both sums exact in float for up to 4,000 ranks.
  package var digestsAgree: Bool { agree(layout.worldSize, at: Slot.allCases.count) }

  /// Whether the two ranks that worked out the same micro-batch gave the same digest.
  package var spotChecksAgree: Bool { agree(2, at: Self.spotOffset) }

  private func agree(_ count: Int, at offset: Int) -> Bool {
    let pieces = values + offset
    for index in 0..<Self.digestPieces {
      let sum = Int(pieces[2 * index]), squares = Int(pieces[2 * index + 1])
      if count * squares != sum * sum { return false }
    }
    return true
  }

  /// Milliseconds of the step before, by rank.
  package var stepMilliseconds: MetricsRecord.Spread {
    var sum: Float = 0
    var top: Float = 0
    for time in UnsafeBufferPointer(start: values + layout.timesOffset, count: layout.worldSize) {
      sum += time
      top = max(top, time)
    }
    return MetricsRecord.Spread(mean: Double(sum) / Double(layout.worldSize), max: Double(top))
  }
}
