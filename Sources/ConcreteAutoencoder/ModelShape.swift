/// The sizes that fix a model's parameters.
package struct ModelShape: Sendable, Equatable {
  /// D, the number of input features.
  package private(set) var featureCount: Int
  /// K, the number of selectors.
  package let selectorCount: Int
  /// Units of each hidden layer of the decoder, from the selectors on.
  package let hidden: [Int]
  /// Whether each hidden layer is normalised before its activation.
  package let layerNorm: Bool
  /// What the outputs are trained for.
  package let task: LearningTask
  /// p, the length of the selectors' vectors where the logits follow from them (`IndirectLogits`); nil where the logits are
  /// parameters.
  package private(set) var indirectSize: Int?
  /// Outputs, where they are not the features.
  private let targetCount: Int?

  /// Describes a model; sizes must be positive. `targetCount` is the number of outputs, nil where features are rebuilt,
  /// `indirectSize` the length of the selectors' vectors, nil where the logits are parameters.
  package init(
    featureCount: Int, selectorCount: Int, hidden: [Int], layerNorm: Bool = false,
    task: LearningTask = .reconstruct, targetCount: Int? = nil, indirectSize: Int? = nil
  ) {
    precondition(indirectSize.map { $0 > 0 } ?? true, "vectors of no length")
    precondition(featureCount > 0 && selectorCount > 0 && hidden.allSatisfy { $0 > 0 })
    precondition((targetCount == nil) == (task.objective.target == .features), "outputs of another task")
    self.featureCount = featureCount
    self.selectorCount = selectorCount
    self.hidden = hidden
    self.layerNorm = layerNorm
    self.task = task
    self.targetCount = targetCount
    self.indirectSize = indirectSize
  }

  /// Units of the decoder's last layer.
  package var outputCount: Int { targetCount ?? featureCount }

  /// Classes that the outputs tell apart; nil where they do not.
  package var classCount: Int? { task.objective.target == .classes ? outputCount : nil }

  /// Whether the outputs are the features, in their order.
  package var outputsAreFeatures: Bool { targetCount == nil }

  /// The same model with its logits as parameters: what is left of it for use, and the gradients that ranks add up.
  package var direct: ModelShape {
    var direct = self
    direct.indirectSize = nil
    return direct
  }

  /// What the selector's learning rate is divided by for each of its parameters: 1 where these are the logits, else 3 sqrt(p).
  ///
  /// A logit is a product of p pairs, so it moves faster than its parameters: by p times their rate where all pairs agree, by
  /// sqrt(p) times where they do not. The factor is measured (docs/selection.md); at p = 784 the default rate of 0.1
  /// becomes 0.0012, where Nilsson et al. 2024 (arXiv 2403.00563) take 0.001.
  package var selectorRateDivisor: Double { indirectSize.map { 3 * Double($0).squareRoot() } ?? 1 }

  /// Units of every layer: selectors, hidden layers, output.
  package var widths: [Int] { [selectorCount] + hidden + [outputCount] }
}
