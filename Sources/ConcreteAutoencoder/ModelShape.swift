/// The sizes that fix a model's parameters.
public struct ModelShape: Sendable, Equatable {
  /// D, the number of input features.
  public private(set) var featureCount: Int
  /// K, the number of selectors.
  public let selectorCount: Int
  /// Units of each hidden layer of the decoder, from the selectors on.
  public let hidden: [Int]
  /// Whether each hidden layer is normalised before its activation.
  public let layerNorm: Bool
  /// What the outputs are trained for.
  public let task: LearningTask
  /// Outputs, where they are not the features.
  private let targetCount: Int?

  /// Describes a model; sizes must be positive. `targetCount` is the number of outputs, nil where features are rebuilt.
  public init(
    featureCount: Int, selectorCount: Int, hidden: [Int], layerNorm: Bool = false,
    task: LearningTask = .reconstruct, targetCount: Int? = nil
  ) {
    precondition(featureCount > 0 && selectorCount > 0 && hidden.allSatisfy { $0 > 0 })
    precondition((targetCount == nil) == (task.objective.target == .features), "outputs of another task")
    self.featureCount = featureCount
    self.selectorCount = selectorCount
    self.hidden = hidden
    self.layerNorm = layerNorm
    self.task = task
    self.targetCount = targetCount
  }

  /// Units of the decoder's last layer.
  public var outputCount: Int { targetCount ?? featureCount }

  /// Classes that the outputs tell apart; nil where they do not.
  public var classCount: Int? { task.objective.target == .classes ? outputCount : nil }

  /// Whether the outputs are the features, in their order.
  public var outputsAreFeatures: Bool { targetCount == nil }

  /// The model of some of the features alone: the same hidden layers, and the same outputs if they are no features.
  public func slice(featureCount: Int) -> ModelShape {
    var slice = self
    slice.featureCount = featureCount
    return slice
  }

  /// Units of every layer: selectors, hidden layers, output.
  public var widths: [Int] { [selectorCount] + hidden + [outputCount] }
}
