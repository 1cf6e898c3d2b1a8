import ConcreteAutoencoder

/// One line of `metrics.jsonl`.
package struct MetricsRecord: Sendable, Equatable {
  /// Mean and maximum over the ranks.
  package struct Spread: Codable, Sendable, Equatable {
    /// The mean.
    package var mean: Double
    /// The maximum.
    package var max: Double

    package init(mean: Double, max: Double) { (self.mean, self.max) = (mean, max) }
  }

  /// What each selector leads with.
  package struct Selectors: Codable, Sendable, Equatable {
    /// The feature of its largest probability, `[k]`.
    package var features: [Int]
    /// That probability, to four decimals, `[k]`.
    package var probabilities: [Double]

    package init(_ convergence: Convergence) {
      features = convergence.features
      probabilities = convergence.confidences.map { ($0 * 10_000).rounded() / 10_000 }
    }
  }

  /// Steps done.
  package var step: Int
  /// The epoch this step belongs to, from 1.
  package var epoch: Int
  /// The temperature of this step.
  package var temperature: Double
  /// What is minimised: the objective's loss minus the weighted gjs; the mean since the line before.
  package var loss: Double
  /// The objective's mean loss of the noisy model over the rows since the line before, by its name.
  package var objective: Metric
  /// Diversity of the selectors.
  package var gjs: Double
  /// Mean over the selectors of their largest probability.
  package var meanMax: Double
  /// Different features selected.
  package var distinct: Int
  /// What the objective tells of the hard selection on the validation rows, at the end of an epoch; else empty.
  package var validation: [Metric]
  /// What each selector leads with, at the end of an epoch; else nil.
  package var selectors: Selectors?
  /// Training rows a second since the line before, over all ranks.
  package var rowsPerSecond: Double
  /// Milliseconds a step since the line before, by rank.
  package var stepMs: Spread
  /// The decoder's learning rate.
  package var learningRate: Double
  /// The selector's learning rate.
  package var selectorLearningRate: Double

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
