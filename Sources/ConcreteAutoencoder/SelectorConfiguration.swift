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
  /// How the logits start.
  public var initialLogits = InitialLogits.uniform

  /// The defaults.
  public init() {}

  /// Throws for a value that cannot be used; `featureCount` is D, once known.
  public func validate(featureCount: Int? = nil) throws {
    try requireCount(k, atLeast: 1, option: "k")
    if let featureCount, k > featureCount {
      throw ConfigurationError(
        option: "k", problem: "\(k) features to select, but the data have only \(featureCount)")
    }
    try requireProbability(logitsDropout, option: "logits-dropout")
    if !gjsWeight.isFinite || gjsWeight < 0 {
      throw ConfigurationError(option: "gjs-weight", problem: "\(gjsWeight) is not a number of at least 0")
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
