import Foundation
import LinearAlgebra

/// How far the selectors have settled.
public struct Convergence: Sendable, Equatable {
  /// For each selector max_j softmax(L_k)_j.
  public let confidences: [Double]
  /// The selected feature of each selector.
  public let features: [Int]

  /// A selector below this is not settled: a look at it again may give another feature.
  public static let settledConfidence = 0.9
  /// The mean-max at which a selection counts as converged.
  public static let convergedMeanMax = 0.998

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
  /// Selectors under `settledConfidence`.
  public var unsettled: Int { confidences.count { $0 < Self.settledConfidence } }

  /// The logit margin that one feature needs over D - 1 equal others for a given softmax probability.
  public static func margin(for probability: Double, featureCount: Int) -> Double {
    log(probability / (1 - probability) * Double(max(1, featureCount - 1)))
  }
}
