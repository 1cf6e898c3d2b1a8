import CounterRandom

/// Settings of the selector.
public struct SelectorConfiguration: Sendable, Equatable {
  /// K, the number of features to select.
  public var k = 50
  /// Straight-through samples: one-hot forward, soft backward.
  public var hard = false
  /// Probability of dropping a logit in a step.
  public var logitsDropout = 0.0
  /// Weight of the diversity term (GJSD) that the loss subtracts.
  public var gjsWeight = 0.0
  /// Groups of consecutive rows that a global batch falls into, each with noise of its own; 0: a group a row.
  public var noiseGroups = 1
  /// What the logits are made of.
  public var parametrization = Parametrization.direct
  /// p, the length of the selectors' vectors where the logits follow from them, as asked for.
  public var indirectLength = Automatic<Int>.automatic
  /// The same as a number; 0 until it is chosen from the data.
  public var indirectSize: Int {
    get { indirectLength.number ?? 0 }
    set { indirectLength = .fixed(newValue) }
  }
  /// How the logits start.
  public var initialLogits = InitialLogits.uniform

  /// The defaults.
  public init() {}

  /// `ModelShape.indirectSize`, once p is chosen.
  public var shapedIndirectSize: Int? { parametrization == .indirect ? indirectSize : nil }

  /// The largest p that is chosen from the data.
  package static let automaticIndirectSize = 64

  /// Chooses p where it is not given, for D features; a run keeps it from its first step on.
  package mutating func fixIndirectSize(featureCount: Int) {
    guard parametrization == .indirect, indirectLength == .automatic else { return }
    indirectSize = min(featureCount, Self.automaticIndirectSize)
  }

  /// Throws for a value that cannot be used; `featureCount` is D, once known.
  public func validate(featureCount: Int? = nil) throws {
    try requireCount(k, atLeast: 1, option: "k")
    if let featureCount, k > featureCount {
      throw ConfigurationError(
        option: "k",
        problem:
          "\(k) features to select\(k == Self().k ? " (the default)" : ""), but the data have only \(featureCount)"
      )
    }
    try requireProbability(logitsDropout, option: "logits-dropout")
    if !gjsWeight.isFinite || gjsWeight < 0 {
      throw ConfigurationError(option: "gjs-weight", problem: "\(gjsWeight) is not a number of at least 0")
    }
    if let size = indirectLength.number {
      try requireCount(size, atLeast: 1, option: "indirect-size")
      if parametrization == .direct {
        throw ConfigurationError(
          option: "indirect-size", problem: "\(size) means something with --parametrization indirect alone")
      }
    }
    if noiseGroups < 0 {
      throw ConfigurationError(
        option: "noise-groups", problem: "\(noiseGroups) is below 0; give 0 for a group a row")
    }
  }

  /// Throws if a global batch of `batchSize` rows cannot fall into `noiseGroups` groups.
  public func validate(batchSize: Int) throws {
    if noiseGroups > batchSize {
      throw ConfigurationError(
        option: "noise-groups",
        problem: "\(noiseGroups) groups, but a batch has only \(batchSize) rows (--batch-size)")
    }
    let groups = noiseGroups == 0 ? batchSize : noiseGroups
    if groups > RandomStream.groupLimit {
      throw ConfigurationError(
        option: "noise-groups",
        problem: "\(groups) groups in a batch of \(batchSize) rows (--batch-size) are more than the "
          + "\(RandomStream.groupLimit) that there is noise for")
    }
  }
}
