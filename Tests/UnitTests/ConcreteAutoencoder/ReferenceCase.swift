import Foundation
import LinearAlgebra

/// One training step worked out by PyTorch's autograd in float64 (`scripts/make-fixtures.py`).
struct ReferenceCase: Decodable {
  struct Tensor: Decodable {
    let shape: [Int]
    let data: [Double]
  }

  struct Settings: Decodable {
    let k: Int
    let features: Int
    let hidden: [Int]
    let temperature: Double
    let hard: Bool
    let gjsWeight: Double
    let layerNorm: Bool
    let logitsDropout: Double
    let dropout: Double
    let rows: Int
    let classes: Int?
    let indirectSize: Int?
  }

  struct Inputs: Decodable {
    let x: Tensor
    let noise: Tensor
    let logitsMask: Tensor?
    let dropoutMasks: [Tensor]?
    let labels: [Int32]?
  }

  struct Outputs: Decodable {
    let selectionMatrix: Tensor
    let latent: Tensor
    let mse: Double?
    let crossEntropy: Double?
    let gjs: Double
    let loss: Double
  }

  struct Evaluation: Decodable {
    let selected: [UInt32]
    let latent: Tensor
    let reconstruction: Tensor
    let mse: Double?
    let crossEntropy: Double?
  }

  struct AdamStep: Decodable {
    let learningRate: Double
    let selectorLearningRate: Double
    let parameters: [String: Tensor]
  }

  let settings: Settings
  let inputs: Inputs
  let parameters: [String: Tensor]
  let outputs: Outputs
  let gradients: [String: Tensor]
  let evaluation: Evaluation
  let adam: AdamStep?

  /// The files that hold one step each.
  static let names = [
    "soft", "hard", "soft_gjs", "gjs_underflow", "logits_dropout", "hard_logits_dropout", "linear_decoder",
    "one_hidden_layer", "two_hidden_layers", "layer_norm", "dropout", "everything", "everything_hard",
    "classification", "indirect", "indirect_gjs",
  ]

  init(named name: String) throws {
    self = try Self.decode(name)
  }

  /// Reads any fixture; keys are in snake case there, but for the tensors' own names.
  static func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: url))
  }

  var objectiveLoss: Double { outputs.mse ?? outputs.crossEntropy ?? .nan }
  var evaluationLoss: Double { evaluation.mse ?? evaluation.crossEntropy ?? .nan }
}
