import Foundation
import LinearAlgebra

/// How far the selectors have settled.
///
/// A selector has converged when nine tenths of its probability lie on one feature, or on it and its copies.
public struct Convergence: Sendable, Equatable {
  /// For each selector max_j softmax(L_k)_j.
  public let confidences: [Double]
  /// The selected feature of each selector.
  public let features: [Int]
  /// For each selector its probability of the feature that it is given and of that one's copies; nil where copies are not
  /// known.
  public let groupConfidences: [Double]?

  /// The probability from which a selector counts as converged. A selection has converged when all of them have.
  public static let convergedConfidence = 0.9
  /// The mean-max that a run is planned for, so that hardly a selector is left below `convergedConfidence`.
  package static let plannedMeanMax = 0.998

  /// Measures a model as it stands. `chosen` is the feature that each selector is given, if not that of its largest logit;
  /// `copies` tells which features are copies of one, itself among them.
  package init<Scalar: Real>(
    _ model: Autoencoder<Scalar>, choosing chosen: [Int]? = nil, copies: (Int) -> [Int]? = { _ in nil }
  ) {
    let columns = model.shape.featureCount
    // From the logits: rounding in log-softmax can tie two features that the logits still tell apart.
    features = model.selectedFeatures().map(Int.init)
    var groups: [Double]? = []
    let scratch = AlignedBuffer<Scalar>(count: columns)
    var confidences: [Double] = []
    for k in 0..<model.shape.selectorCount {
      Scalar.logSoftmax(out: scratch.base, logits: model.logits.row(k), count: columns)
      var index = 0
      confidences.append(exp(Double(Scalar.max(x: scratch.base, count: columns, index: &index))))
      if confidences[k] >= Self.convergedConfidence {
        groups?.append(confidences[k])
      } else if let group = copies(chosen?[k] ?? features[k]) {
        groups?.append(group.reduce(0) { $0 + exp(Double(scratch.base[$1])) })
      } else {
        groups = nil
      }
    }
    self.confidences = confidences
    groupConfidences = groups
  }

  /// mean_k max_j softmax(L)_kj.
  public var meanMax: Double { confidences.reduce(0, +) / Double(confidences.count) }
  /// Number of different features selected.
  public var distinct: Int { Set(features).count }
  /// Different features selected, in percent of the selectors: the unique percentage of Nilsson et al. 2024
  /// (arXiv 2403.00563), before any assignment of distinct features.
  public var uniquePercentage: Double { 100 * Double(distinct) / Double(confidences.count) }
  /// Selectors that have settled neither on a feature nor on copies of one.
  public var unconverged: Int {
    (groupConfidences ?? confidences).count { !($0 >= Self.convergedConfidence) }
  }

  /// The logit margin that one feature needs over D - 1 equal others for a given softmax probability.
  public static func margin(for probability: Double, featureCount: Int) -> Double {
    log(probability / (1 - probability) * Double(max(1, featureCount - 1)))
  }
}
