import Communication
import ConcreteAutoencoder

/// What a rank adds to a step's gradient, and what all ranks read from the sums: the loss, the rows, stop requests,
/// a digest of the parameters and each rank's step time.
///
/// Every decision of a step is taken from these sums, so all ranks take the same.
struct StepTail {
  private enum Slot: Int, CaseIterable {
    case loss, correct, rows, nonFinite, stop, terminate
  }
  private static let digestPieces = 6
  private static let bitsAPiece = 6
  private static let timesOffset = Slot.allCases.count + 2 * digestPieces

  private let values: UnsafeMutablePointer<Float>
  private let worldSize: Int

  /// Views a tail that starts at `values`.
  init(_ values: UnsafeMutablePointer<Float>, worldSize: Int) {
    self.values = values
    self.worldSize = worldSize
  }

  /// Values that are summed over the ranks.
  static func sumCount(worldSize: Int) -> Int { timesOffset + worldSize }
  /// All values: the sums, then an alarm that is not summed.
  static func count(worldSize: Int) -> Int { sumCount(worldSize: worldSize) + 1 }

  private subscript(slot: Slot) -> Float {
    get { values[slot.rawValue] }
    nonmutating set { values[slot.rawValue] = newValue }
  }

  /// Fills in this rank's part. `digest` is that of the parameters, or nil on steps that do not compare it (the
  /// same on every rank).
  func fill(
    sums: BatchSums, rows: Int, signals: SignalFlags.Pending, digest: UInt64?, rank: Int,
    stepMilliseconds: Double
  ) {
    self[.loss] = Float(sums.loss)
    self[.correct] = Float(sums.correct)
    self[.rows] = Float(rows)
    self[.nonFinite] = sums.loss.isFinite ? 0 : 1
    self[.stop] = signals.isEmpty ? 0 : 1
    self[.terminate] = signals.contains(.launcherIsEnding) ? 1 : 0
    let pieces = values + Slot.allCases.count
    for index in 0..<Self.digestPieces {
      let piece = Float(((digest ?? 0) >> UInt64(index * Self.bitsAPiece)) & 63)
      pieces[2 * index] = piece
      pieces[2 * index + 1] = piece * piece
    }
    let times = values + Self.timesOffset
    for other in 0..<worldSize { times[other] = 0 }
    times[rank] = Float(stepMilliseconds)
  }

  /// An alarm of this rank's alone: its share of the summed gradient is not finite.
  var isAlarmed: Bool {
    get { values[Self.sumCount(worldSize: worldSize)] != 0 }
    nonmutating set { values[Self.sumCount(worldSize: worldSize)] = newValue ? 1 : 0 }
  }

  /// The loss summed over the global batch.
  var loss: Double { Double(self[.loss]) }
  /// The rows of the global batch.
  var rows: Int { Int(self[.rows]) }
  /// Rows classified rightly.
  var correct: Int { Int(self[.correct]) }
  /// Whether a rank was asked to stop.
  var stopRequested: Bool { self[.stop] > 0 }
  /// Whether the launcher is ending the job: a peer may have died, and there is no time for good-byes.
  var terminateRequested: Bool { self[.terminate] > 0 }
  /// Whether the loss is finite on every rank and in sum.
  var isLossFinite: Bool { self[.nonFinite] == 0 && self[.loss].isFinite }

  /// Whether all ranks gave the same digest: n sum(v^2) = (sum v)^2 holds for equal values alone, and 6-bit
  /// pieces keep both sums exact in float for up to 4,000 ranks.
  var digestsAgree: Bool {
    let pieces = values + Slot.allCases.count
    for index in 0..<Self.digestPieces {
      let sum = Int(pieces[2 * index]), squares = Int(pieces[2 * index + 1])
      if worldSize * squares != sum * sum { return false }
    }
    return true
  }

  /// Milliseconds of the step before, by rank.
  var stepMilliseconds: MetricsRecord.Spread {
    var sum: Float = 0
    var top: Float = 0
    for time in UnsafeBufferPointer(start: values + Self.timesOffset, count: worldSize) {
      sum += time
      top = max(top, time)
    }
    return MetricsRecord.Spread(mean: Double(sum) / Double(worldSize), max: Double(top))
  }
}
