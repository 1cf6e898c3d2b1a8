import ConcreteAutoencoder

/// The features that a model's selectors chose, as its file keeps them.
package struct StoredSelection: Codable, Sendable, Equatable {
  /// The feature of each selector.
  package let features: [Int]
  /// The names of these features, where they have any.
  package let names: [String]?
  /// The probability that each trained selector gives to its feature, without noise and at temperature 1.
  package let probabilities: [Double]
  /// The same of the feature and its copies; nil where copies are not known.
  package let groupProbabilities: [Double]?
  /// Where the selection comes from, if not from the selectors: "search", for example.
  package let source: String?

  /// How far the selectors settled in training.
  package struct Selectors: Codable, Sendable, Equatable {
    /// The mean of their largest probabilities.
    package let meanMax: Double
    /// Those that have not converged.
    package let unconverged: Int
    /// Each one's feature of the largest probability, which may repeat.
    package let argmax: [Int]

    /// Different features among these, in percent of the selectors: `Convergence.uniquePercentage`.
    package var uniquePercentage: Double { 100 * Double(Set(argmax).count) / Double(argmax.count) }

    package init(_ convergence: Convergence) {
      meanMax = convergence.meanMax
      unconverged = convergence.unconverged
      argmax = convergence.features
    }
  }

  /// How far the selectors settled; nil in files of earlier versions.
  package let selectors: Selectors?

  /// Features that differ from each other.
  package var distinct: Int { Set(features).count }

  /// A selection that a run came to.
  package init(
    features: [Int], names: [String]?, probabilities: [Double], groupProbabilities: [Double]? = nil,
    source: String?, selectors: Selectors?
  ) {
    self.groupProbabilities = groupProbabilities
    self.selectors = selectors
    self.features = features
    self.names = names.map { names in features.map { names[$0] } }
    self.probabilities = probabilities
    self.source = source
  }

  /// The selection of a model's logits: the largest of each selector.
  package init(of model: Autoencoder<Float>, names: [String]?) {
    let convergence = Convergence(model)
    features = convergence.features
    self.names = names.map { names in convergence.features.map { names[$0] } }
    probabilities = convergence.confidences
    source = nil
    groupProbabilities = nil
    selectors = Selectors(convergence)
  }
}
