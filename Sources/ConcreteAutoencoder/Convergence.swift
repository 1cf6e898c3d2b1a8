import Foundation
import LinearAlgebra

/// How far the selectors have settled.
public struct Convergence: Sendable, Equatable {
  /// For each selector max_j softmax(L_k)_j.
  public let confidences: [Double]
  /// The selected feature of each selector.
  public let features: [Int]

  /// The probability from which a selector counts as converged. A selection has converged when all of them have.
  public static let convergedConfidence = 0.9
  /// The mean-max that a run is planned for, so that hardly a selector is left below `convergedConfidence`.
  public static let plannedMeanMax = 0.998

  /// Measures a model as it stands.
  public init<Scalar: Real>(_ model: Autoencoder<Scalar>) {
    let columns = model.shape.featureCount
    let scratch = AlignedBuffer<Scalar>(count: columns)
    var confidences: [Double] = []
    for k in 0..<model.shape.selectorCount {
      Scalar.logSoftmax(out: scratch.base, logits: model.logits.row(k), count: columns)
      var index = 0
      confidences.append(exp(Double(Scalar.max(x: scratch.base, count: columns, index: &index))))
    }
    self.confidences = confidences
    // From the logits: rounding in log-softmax can tie two features that the logits still tell apart.
    features = model.selectedFeatures().map(Int.init)
  }

  /// mean_k max_j softmax(L)_kj.
  public var meanMax: Double { confidences.reduce(0, +) / Double(confidences.count) }
  /// Number of different features selected.
  public var distinct: Int { Set(features).count }
  /// Selectors under `convergedConfidence`.
  public var unconverged: Int { confidences.count { !($0 >= Self.convergedConfidence) } }

  /// The logit margin that one feature needs over D - 1 equal others for a given softmax probability.
  public static func margin(for probability: Double, featureCount: Int) -> Double {
    log(probability / (1 - probability) * Double(max(1, featureCount - 1)))
  }
}
