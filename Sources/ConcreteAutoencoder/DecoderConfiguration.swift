import CounterRandom

/// Settings of the decoder.
public struct DecoderConfiguration: Sendable, Equatable {
  /// Units of each hidden layer; empty for a linear decoder.
  public var hidden = [200]
  /// Probability of dropping a hidden unit in a step.
  public var dropout = 0.0
  /// Whether each hidden layer is normalised before its activation.
  public var layerNorm = false

  /// The defaults.
  public init() {}

  /// Throws for a value that cannot be used.
  public func validate() throws {
    if let bad = hidden.first(where: { $0 < 1 }) {
      throw ConfigurationError(
        option: "hidden",
        problem: "a layer of \(bad) units is not at least 1; give `none` for a linear decoder")
    }
    for units in hidden { try requireCount(units, atLeast: 1, option: "hidden") }
    if hidden.count > RandomStream.layerLimit {
      throw ConfigurationError(
        option: "hidden", problem: "\(hidden.count) layers are more than \(RandomStream.layerLimit)")
    }
    try requireProbability(dropout, option: "dropout")
  }
}
