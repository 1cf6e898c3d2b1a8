import Foundation

/// How learning rates change over the planned steps.
public enum RateDecay: String, Sendable, CaseIterable, Codable {
  /// Half a cosine from the full rate down to a fraction of it.
  case cosine
  /// The full rate throughout.
  case none
}

/// Settings of Adam (Kingma, Ba 2015) with rates of its own for selector and decoder.
public struct OptimizerConfiguration: Sendable, Equatable {
  /// Rate of the decoder's parameters, as asked for.
  public var decoderRate = Automatic<Double>.automatic
  /// Rate of the decoder's parameters; until the number of steps is known that of a short run.
  public var learningRate: Double {
    get { decoderRate.number ?? Self.automaticRate(steps: 0) }
    set { decoderRate = .fixed(newValue) }
  }

  /// The automatic rate of the decoder for a run of so many planned steps: what long runs gain by the larger one is measured
  /// in docs/selection.md.
  public static func automaticRate(steps: Int) -> Double { steps < 2_000 ? 0.006 : 0.009 }

  /// Rate of the selector's logits.
  public var selectorLearningRate = 0.1
  /// How both rates run down.
  public var decay = RateDecay.cosine
  /// The fraction of each rate that is left at the last planned step.
  public var decayTo = 0.01

  /// Adam's decay rate of the first moment.
  public static let beta1 = 0.9
  /// Adam's decay rate of the second moment.
  public static let beta2 = 0.999
  /// Adam's guard against division by zero.
  public static let epsilon = 1e-8

  /// The defaults.
  public init() {}

  /// Throws for a value that cannot be used.
  public func validate() throws {
    try requirePositive(learningRate, option: "learning-rate")
    try requirePositive(selectorLearningRate, option: "selector-learning-rate")
    guard decayTo >= 0, decayTo <= 1 else {
      throw ConfigurationError(option: "decay-to", problem: "\(decayTo) is not in 0 ... 1")
    }
  }

  /// What both rates are multiplied by at a step (from 0); held after the planned steps.
  public func rateFactor(step: Int, plannedSteps: Int) -> Double {
    guard decay == .cosine, plannedSteps > 1 else { return 1 }
    let progress = Double(min(step, plannedSteps - 1)) / Double(plannedSteps - 1)
    return decayTo + (1 - decayTo) * 0.5 * (1 + cos(Double.pi * progress))
  }

  /// The mean of `rateFactor` over the planned steps.
  public var meanRateFactor: Double { decay == .cosine ? decayTo + (1 - decayTo) * 0.5 : 1 }

  /// The sum of `rateFactor` over the first `steps` steps, at least the planned ones: half a cosine is 1/2 on average.
  public func rateFactorSum(steps: Int, plannedSteps: Int) -> Double {
    guard decay == .cosine, plannedSteps > 1 else { return Double(steps) }
    return decayTo * Double(steps) + (1 - decayTo) * 0.5 * Double(plannedSteps)
  }
}
