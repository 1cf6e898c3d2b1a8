import ConcreteAutoencoder

/// One line of `metrics.jsonl`.
public struct MetricsRecord: Sendable, Equatable {
  /// Mean and maximum over the ranks.
  public struct Spread: Codable, Sendable, Equatable {
    /// The mean.
    public var mean: Double
    /// The maximum.
    public var max: Double

    package init(mean: Double, max: Double) { (self.mean, self.max) = (mean, max) }
  }

  /// What each selector leads with.
  public struct Selectors: Codable, Sendable, Equatable {
    /// The feature of its largest probability, `[k]`.
    public var features: [Int]
    /// That probability, to four decimals, `[k]`.
    public var probabilities: [Double]

    package init(_ convergence: Convergence) {
      features = convergence.features
      probabilities = convergence.confidences.map { ($0 * 10_000).rounded() / 10_000 }
    }
  }

  /// Steps done.
  public var step: Int
  /// The epoch this step belongs to, from 1.
  public var epoch: Int
  /// The temperature of this step.
  public var temperature: Double
  /// What is minimised: the objective's loss minus the weighted gjs; the mean since the line before.
  public var loss: Double
  /// The objective's mean loss of the noisy model over the rows since the line before, by its name.
  public var objective: Metric
  /// Diversity of the selectors.
  public var gjs: Double
  /// Mean over the selectors of their largest probability.
  public var meanMax: Double
  /// Different features selected.
  public var distinct: Int
  /// What the objective tells of the hard selection on the validation rows, at the end of an epoch; else empty.
  public var validation: [Metric]
  /// What each selector leads with, at the end of an epoch; else nil.
  public var selectors: Selectors?
  /// Training rows a second since the line before, over all ranks.
  public var rowsPerSecond: Double
  /// Milliseconds a step since the line before, by rank.
  public var stepMs: Spread
  /// The decoder's learning rate.
  public var learningRate: Double
  /// The selector's learning rate.
  public var selectorLearningRate: Double

  package init(
    step: Int, epoch: Int, temperature: Double, loss: Double, objective: Metric,
    gjs: Double, meanMax: Double, distinct: Int, validation: [Metric],
    selectors: Selectors? = nil, rowsPerSecond: Double, stepMs: Spread,
    learningRate: Double, selectorLearningRate: Double
  ) {
    self.step = step
    self.epoch = epoch
    self.temperature = temperature
    self.loss = loss
    self.objective = objective
    self.gjs = gjs
    self.meanMax = meanMax
    self.distinct = distinct
    self.validation = validation
    self.selectors = selectors
    self.rowsPerSecond = rowsPerSecond
    self.stepMs = stepMs
    self.learningRate = learningRate
    self.selectorLearningRate = selectorLearningRate
  }
}
