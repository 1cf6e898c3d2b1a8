import Communication
import ConcreteAutoencoder
import LinearAlgebra

/// The one buffer that a step's single all-reduce adds up: the flat gradient, then a tail of sums.
///
/// The tail carries the loss, the rows, stop requests, a digest of the parameters and each rank's step time, so
/// that every decision of a step is taken by all ranks from the same numbers.
final class StepExchange {
  /// Gradient and tail.
  let buffer: AlignedBuffer<Float>
  private let gradientCount: Int
  private let ranks: Int

  private enum Slot: Int {
    case loss, correct, rows, nonFinite, stop, terminate
    static let count = 6
  }
  private static let digestPieces = 6
  private static let bitsAPiece = 6

  init(layout: ParameterLayout, ranks: Int) {
    gradientCount = layout.count
    self.ranks = ranks
    buffer = AlignedBuffer(count: layout.count + Slot.count + 2 * Self.digestPieces + ranks)
  }

  /// The flat gradient.
  var gradient: UnsafeMutablePointer<Float> { buffer.base }

  private var tail: UnsafeMutablePointer<Float> { buffer.base + gradientCount }
  private subscript(slot: Slot) -> Float {
    get { tail[slot.rawValue] }
    set { tail[slot.rawValue] = newValue }
  }

  /// Fills the tail with this rank's part; the gradient is there already.
  ///
  /// `digest` is that of the parameters, or nil on steps that do not compare it (the same on every rank).
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
    let pieces = tail + Slot.count
    for index in 0..<Self.digestPieces {
      let piece = Float(((digest ?? 0) >> UInt64(index * Self.bitsAPiece)) & 63)
      pieces[2 * index] = piece
      pieces[2 * index + 1] = piece * piece
    }
    let times = pieces + 2 * Self.digestPieces
    for other in 0..<ranks { times[other] = 0 }
    times[rank] = Float(stepMilliseconds)
  }

  /// Adds gradient and tail over the ranks; every rank must call.
  func reduce(_ communicator: any Communicator) throws { try communicator.allReduce(buffer.elements, .sum) }

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

  /// Whether gradient and loss are finite on every rank.
  var isFinite: Bool {
    self[.nonFinite] == 0 && Float.allFinite(x: buffer.base, count: gradientCount + Slot.count)
  }

  /// Whether the gradient as it stands is finite.
  var isGradientFinite: Bool { Float.allFinite(x: buffer.base, count: gradientCount) }

  /// Whether all ranks gave the same digest: n sum(v^2) = (sum v)^2 holds for equal values alone, and 6-bit
  /// pieces keep both sums exact in float for up to 4,000 ranks.
  var digestsAgree: Bool {
    let pieces = tail + Slot.count
    for index in 0..<Self.digestPieces {
      let sum = Int(pieces[2 * index]), squares = Int(pieces[2 * index + 1])
      if ranks * squares != sum * sum { return false }
    }
    return true
  }

  /// Milliseconds of the step before, by rank.
  var stepMilliseconds: MetricsRecord.Spread {
    let times = UnsafeBufferPointer(start: tail + Slot.count + 2 * Self.digestPieces, count: ranks)
    var sum: Float = 0
    var top: Float = 0
    for time in times {
      sum += time
      top = max(top, time)
    }
    return MetricsRecord.Spread(mean: Double(sum) / Double(ranks), max: Double(top))
  }
}
