import Foundation

/// The course of the temperature from start to end.
public enum Annealing: String, Sendable, CaseIterable, Codable {
  /// T0 (T1/T0)^progress.
  case exponential
  /// T0 + (T1 - T0) progress.
  case linear
}

/// How often the temperature changes.
public enum AnnealingUnit: String, Sendable, CaseIterable, Codable {
  /// At every step.
  case step
  /// At every epoch, with the report's own formulas.
  case epoch
}

/// The temperature as a function of the step.
///
/// Per epoch it is the report's class with epochs from 1, held at `start` where the report overshoots it (for
/// one epoch after a warm-up). Per step the progress is (step - warm-up) / (steps - 1 - warm-up).
public struct TemperatureSchedule: Sendable, Equatable {
  /// T0.
  public var start = 2.0
  /// T1, also the floor.
  public var end = 0.02
  /// The course between them.
  public var annealing = Annealing.exponential
  /// Whether it moves by step or by epoch.
  public var unit = AnnealingUnit.step
  /// Epochs at T0 before annealing begins.
  public var warmupEpochs = 0
  /// Epochs of annealing after which the temperature freezes; 0 for never.
  public var stopAnneal = 0

  /// The defaults.
  public init() {}

  /// Throws for values that cannot be used over `plannedEpochs` of `stepsPerEpoch` steps.
  public func validate(plannedEpochs: Int, stepsPerEpoch: Int) throws {
    try requirePositive(start, option: "temperature-start")
    try requirePositive(end, option: "temperature-end")
    if end > start {
      throw ConfigurationError(
        option: "temperature-end", problem: "\(end) is above the start of \(start): it must fall")
    }
    try requireCount(warmupEpochs, option: "warmup-epochs")
    try requireCount(stopAnneal, option: "stop-anneal")
    let isDefined =
      switch (unit, annealing) {
      case (.step, _): plannedEpochs * stepsPerEpoch - 1 - warmupEpochs * stepsPerEpoch > 0
      case (.epoch, .exponential): plannedEpochs - (warmupEpochs + 1) > 0
      case (.epoch, .linear): plannedEpochs - warmupEpochs > 0
      }
    guard isDefined else {
      throw ConfigurationError(
        option: warmupEpochs > 0 ? "warmup-epochs" : "epochs",
        problem: "the temperature has no room to fall: \(Self.count(plannedEpochs, "epoch")) of "
          + "\(Self.count(stepsPerEpoch, "step"))"
          + (warmupEpochs > 0 ? ", the first \(warmupEpochs) of them warm-up" : "")
          + ", annealed by the \(unit.rawValue); give more --epochs"
          + (warmupEpochs > 0 ? " or fewer --warmup-epochs" : "")
          + (unit == .epoch ? ", or --anneal-per step" : ""))
    }
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The temperature at a step, counted from 0 over the whole run; after the plan its last value holds.
  public func temperature(step: Int, stepsPerEpoch: Int, plannedEpochs: Int) -> Double {
    switch unit {
    case .epoch:
      return temperature(epoch: min(step / stepsPerEpoch + 1, plannedEpochs), plannedEpochs: plannedEpochs)
    case .step:
      let warmup = warmupEpochs * stepsPerEpoch
      let last = plannedEpochs * stepsPerEpoch - 1
      var elapsed = min(step, last) - warmup
      if elapsed < 0 { return start }
      if stopAnneal > 0 { elapsed = min(elapsed, stopAnneal * stepsPerEpoch) }
      return value(progress: Double(elapsed) / Double(last - warmup))
    }
  }

  /// The report's temperature of an epoch, counted from 1.
  public func temperature(epoch: Int, plannedEpochs: Int) -> Double {
    if epoch < warmupEpochs { return start }
    var elapsed = epoch - (warmupEpochs + 1)
    if stopAnneal > 0 { elapsed = min(elapsed, stopAnneal) }
    let length =
      annealing == .exponential ? plannedEpochs - (warmupEpochs + 1) : plannedEpochs - warmupEpochs
    return value(progress: Double(elapsed) / Double(length))
  }

  private func value(progress: Double) -> Double {
    let raw =
      switch annealing {
      case .exponential: start * pow(end / start, progress)
      case .linear: start + (end - start) * progress
      }
    return min(start, max(end, raw))
  }
}
