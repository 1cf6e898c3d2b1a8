import ConcreteAutoencoder

/// A named set of settings to start from.
public enum Recipe: String, Sendable, CaseIterable {
  /// Rates of their own for selector and decoder with cosine decay, temperature 2 to 0.02 by the step.
  case `default`
  /// The report's own: one Adam rate of 1e-3, 40 epochs, temperature 10 to 0.01 by the epoch, the selectors' choice as it is.
  case report

  /// The settings this recipe stands for.
  public var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.recipe = self
    guard self == .report else { return configuration }
    configuration.selector.initialLogits = .report
    configuration.optimizer.learningRate = 1e-3
    configuration.optimizer.selectorLearningRate = 1e-3
    configuration.optimizer.decay = .none
    configuration.temperature.start = 10
    configuration.temperature.end = 0.01
    configuration.temperature.unit = .epoch
    configuration.training.epochs = 40
    configuration.refinement = .none
    return configuration
  }
}
