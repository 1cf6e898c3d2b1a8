import ConcreteAutoencoder

/// What follows from the settings and the size of the data: how many steps, and what holds at each.
public struct RunPlan: Sendable, Equatable {
  /// Rows trained on.
  public let trainingRows: Int
  /// Rows set aside.
  public let validationRows: Int
  /// Steps of an epoch; the last batch may be short.
  public let stepsPerEpoch: Int
  /// Steps of the run.
  public let totalSteps: Int
  /// Steps that temperature and rates are planned over.
  public let plannedSteps: Int
  private let configuration: RunConfiguration

  /// Works out the plan; the configuration must be valid for the data.
  public init(configuration: RunConfiguration, trainingRows: Int, validationRows: Int) {
    self.configuration = configuration
    self.trainingRows = trainingRows
    self.validationRows = validationRows
    let batchSize = configuration.training.batchSize
    stepsPerEpoch = (trainingRows + batchSize - 1) / batchSize
    totalSteps = stepsPerEpoch * configuration.training.epochs
    plannedSteps = stepsPerEpoch * configuration.training.plannedEpochs
  }

  /// The control values of a step, counted from 0.
  public func control(step: Int) -> StepControl {
    let factor = configuration.optimizer.rateFactor(step: step, plannedSteps: plannedSteps)
    return StepControl(
      temperature: configuration.temperature.temperature(
        step: step, stepsPerEpoch: stepsPerEpoch, plannedEpochs: configuration.training.plannedEpochs),
      decoderRate: configuration.optimizer.learningRate * factor,
      selectorRate: configuration.optimizer.selectorLearningRate * factor)
  }

  /// How far one logit can move over the whole plan: Adam moves it at most about its rate a step.
  public var reachableLogitChange: Double {
    configuration.optimizer.selectorLearningRate
      * configuration.optimizer.rateFactorSum(steps: totalSteps, plannedSteps: plannedSteps)
  }

  /// A warning when the planned steps cannot bring the selectors to convergence; nil when they can.
  public func convergenceWarning(featureCount: Int) -> String? {
    let needed = Convergence.margin(for: Convergence.convergedMeanMax, featureCount: featureCount)
    let reachable = reachableLogitChange
    // The margin opens from both sides: the chosen logit rises while the others fall.
    guard 2 * reachable < needed else { return nil }
    return
      "\(totalSteps) steps can move a logit by about \(Self.short(reachable)), but a converged selection of "
      + "\(featureCount) features needs a margin of \(Self.short(needed)): expect unconverged selectors; "
      + "raise --selector-learning-rate or --epochs"
  }

  /// What a converged selection needs and the planned steps can give, in a line for the start of a run.
  public func convergenceOutlook(featureCount: Int) -> String {
    let needed = Convergence.margin(for: Convergence.convergedMeanMax, featureCount: featureCount)
    return
      "a converged selection needs a logit margin of \(Self.short(needed)); these steps can move a logit by "
      + "up to about \(Self.short(reachableLogitChange))"
  }

  private static func short(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}

/// What rank 0 decides for one step.
public struct StepControl: Sendable, Equatable {
  /// The selector's temperature.
  public var temperature: Double
  /// The decoder's learning rate.
  public var decoderRate: Double
  /// The selector's learning rate.
  public var selectorRate: Double

  /// Collects the values.
  public init(temperature: Double, decoderRate: Double, selectorRate: Double) {
    self.temperature = temperature
    self.decoderRate = decoderRate
    self.selectorRate = selectorRate
  }
}
