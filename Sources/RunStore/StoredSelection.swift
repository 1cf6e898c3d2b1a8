import ConcreteAutoencoder

/// The features that a model's selectors chose, as its file keeps them.
package struct StoredSelection: Codable, Sendable, Equatable {
  /// The feature of each selector.
  package let features: [Int]
  /// The names of these features, where they have any.
  package let names: [String]?
  /// The probability that each selector gives to its feature, without noise and at temperature 1.
  package let probabilities: [Double]

  /// The selection of a model's logits: the largest of each selector.
  package init(of model: Autoencoder<Float>, names: [String]?) {
    let convergence = Convergence(model)
    features = convergence.features
    self.names = names.map { names in convergence.features.map { names[$0] } }
    probabilities = convergence.confidences
  }
}
