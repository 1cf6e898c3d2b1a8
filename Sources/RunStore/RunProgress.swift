import ConcreteAutoencoder
import DistributedTraining
import Foundation

/// How far a run has come, for a line on a terminal: from the lines of its metrics.
package struct RunProgress: Sendable {
  /// No line is wider.
  package static let width = 100

  /// Epochs of the run, which may become more.
  package var epochs: Int
  private let selectors: Int
  private var best: Double?
  /// Selectors that give one feature a converged selector's probability. Others may have converged on copies of one.
  private var sure: Int?
  /// The latest line of metrics.
  package private(set) var latest: MetricsRecord?
  /// Steps of an epoch, as far as an epoch's end has told.
  package private(set) var stepsPerEpoch: Int?

  /// A run of so many epochs and selectors.
  package init(epochs: Int, selectors: Int, stepsPerEpoch: Int? = nil) {
    (self.epochs, self.selectors, self.stepsPerEpoch) = (epochs, selectors, stepsPerEpoch)
  }

  /// All steps of the run; nil until they are known.
  package var totalSteps: Int? { stepsPerEpoch.map { $0 * epochs } }

  /// Takes up a line of metrics.
  package mutating func take(_ record: MetricsRecord) {
    latest = record
    if let found = record.validation.first(where: { $0.name == record.objective.name })?.value {
      best = min(best ?? .infinity, found)
    }
    guard let ends = record.selectors else { return }
    sure = ends.probabilities.count { $0 >= Convergence.convergedConfidence }
    stepsPerEpoch = record.step / max(1, record.epoch)
  }

  /// What is known after `step`, in at most `width` characters: what matters least is left out first.
  ///
  /// - Parameters:
  ///   - loss: the loss of the step; nil: that of the latest line.
  ///   - secondsLeft: what the rest of training will take; nil where that is not known.
  package func line(
    step: Int, epoch: Int, loss: Double? = nil, secondsLeft: Double?, width: Int = RunProgress.width
  ) -> String {
    let width = min(width, Self.width)
    var parts: [(text: String, rank: Int)] = [("epoch \(epoch)/\(epochs)", 0), ("step \(step)", 6)]
    if let loss = loss ?? latest?.loss { parts.append((String(format: "loss %.5f", loss), 2)) }
    if let latest {
      for metric in latest.validation {
        parts.append((String(format: "validation \(metric.name) %.5f", metric.value), 5))
      }
    }
    if let best { parts.append((String(format: "best %.5f", best), 1)) }
    if let latest {
      parts.append(("\(latest.distinct) distinct", 4))
      if let sure { parts.append(("\(sure)/\(selectors) sure", 3)) }
      parts.append((String(format: "T %.3g", latest.temperature), 7))
      parts.append(("\(Int(latest.rowsPerSecond)) rows/s", 8))
    }
    if let secondsLeft { parts.append(("\(Self.duration(secondsLeft)) left", 0)) }
    func joined() -> String { parts.map(\.text).joined(separator: "  ") }
    while joined().count > width, let least = parts.map(\.rank).max(), least > 0 {
      parts.removeAll { $0.rank == least }
    }
    return String(joined().prefix(max(0, width)))
  }

  /// A time to wait, in the unit that says enough.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 100 { return "\(Int(max(0, seconds).rounded(.up))) s" }
    if seconds < 6_000 { return "\(Int((seconds / 60).rounded())) min" }
    return String(format: "%.1f h", seconds / 3_600)
  }
}
