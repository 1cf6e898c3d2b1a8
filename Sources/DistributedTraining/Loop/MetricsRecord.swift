import Foundation

/// One line of `metrics.jsonl`.
public struct MetricsRecord: Codable, Sendable, Equatable {
  /// Mean and maximum over the ranks.
  public struct Spread: Codable, Sendable, Equatable {
    /// The mean.
    public var mean: Double
    /// The maximum.
    public var max: Double
  }

  /// Steps done.
  public var step: Int
  /// The epoch this step belongs to, from 1.
  public var epoch: Int
  /// The temperature of this step.
  public var temperature: Double
  /// What is minimised: mse (or cross-entropy) minus the weighted gjs; the mean since the line before.
  public var loss: Double
  /// Mean squared error (or cross-entropy) of the noisy model over the rows since the line before.
  public var mse: Double
  /// Diversity of the selectors.
  public var gjs: Double
  /// Mean over the selectors of their largest probability.
  public var meanMax: Double
  /// Different features selected.
  public var distinct: Int
  /// The loss of the hard selection over the validation rows, at the end of an epoch.
  public var validationMse: Double?
  /// The share of validation rows classified rightly (classification only).
  public var validationAccuracy: Double?
  /// Training rows a second since the line before, over all ranks.
  public var rowsPerSecond: Double
  /// Milliseconds a step since the line before, by rank.
  public var stepMs: Spread
  /// The decoder's learning rate.
  public var learningRate: Double
  /// The selector's learning rate.
  public var selectorLearningRate: Double

  enum CodingKeys: String, CodingKey {
    case step, epoch, temperature, loss, mse, gjs, distinct
    case meanMax = "mean_max"
    case validationMse = "validation_mse"
    case validationAccuracy = "validation_accuracy"
    case rowsPerSecond = "rows_per_second"
    case stepMs = "step_ms"
    case learningRate = "learning_rate"
    case selectorLearningRate = "selector_learning_rate"
  }
}
