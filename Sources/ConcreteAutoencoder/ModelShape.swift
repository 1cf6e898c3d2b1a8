/// What the decoder's output is compared with.
public enum Objective: Sendable, Equatable {
  /// All D features, by mean squared error.
  case reconstruction
  /// One of `classes` labels, by softmax cross-entropy.
  case classification(classes: Int)
}

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
  /// What the output stands for.
  public let objective: Objective

  /// Describes a model; sizes must be positive.
  public init(
    featureCount: Int, selectorCount: Int, hidden: [Int], layerNorm: Bool = false,
    objective: Objective = .reconstruction
  ) {
    precondition(featureCount > 0 && selectorCount > 0 && hidden.allSatisfy { $0 > 0 })
    self.featureCount = featureCount
    self.selectorCount = selectorCount
    self.hidden = hidden
    self.layerNorm = layerNorm
    self.objective = objective
  }

  /// Units of the decoder's last layer.
  public var outputCount: Int {
    switch objective {
    case .reconstruction: featureCount
    case .classification(let classes): classes
    }
  }

  /// Whether the outputs are the features, in their order.
  public var outputsAreFeatures: Bool { objective == .reconstruction }

  /// The model of some of the features alone: the same hidden layers, and the same classes if it classifies.
  public func slice(featureCount: Int) -> ModelShape {
    var slice = self
    slice.featureCount = featureCount
    return slice
  }

  /// Units of every layer: selectors, hidden layers, output.
  public var widths: [Int] { [selectorCount] + hidden + [outputCount] }
}
