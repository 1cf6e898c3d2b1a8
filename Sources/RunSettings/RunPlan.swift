import ConcreteAutoencoder

/// What follows from the settings and the size of the data: how many steps, and what holds at each.
package struct RunPlan: Sendable, Equatable {
  /// Rows trained on.
  package let trainingRows: Int
  /// Rows set aside.
  package let validationRows: Int
  /// Steps of an epoch; the last batch may be short.
  package let stepsPerEpoch: Int
  /// Steps of the run.
  package let totalSteps: Int
  /// Steps that temperature and rates are planned over.
  package let plannedSteps: Int
  private let configuration: RunConfiguration

  /// Works out the plan; the configuration must be valid for the data. With `steps` it ends after so many, in place of
  /// the configuration's epochs.
  package init(
    configuration: RunConfiguration, trainingRows: Int, validationRows: Int, steps: Int? = nil
  ) {
    self.configuration = configuration
    self.trainingRows = trainingRows
    self.validationRows = validationRows
    let batchSize = configuration.training.batchSize
    stepsPerEpoch = (trainingRows + batchSize - 1) / batchSize
    totalSteps = steps ?? stepsPerEpoch * configuration.training.epochs
    plannedSteps = steps ?? stepsPerEpoch * configuration.training.plannedEpochs
  }

  /// The control values of a step, counted from 0.
  package func control(step: Int) -> StepControl {
    let step = scheduled(step)
    let factor = configuration.optimizer.rateFactor(step: step, plannedSteps: plannedSteps)
    return StepControl(
      temperature: configuration.temperature.temperature(
        step: step, stepsPerEpoch: stepsPerEpoch, plannedEpochs: configuration.training.plannedEpochs),
      decoderRate: configuration.optimizer.learningRate * factor,
      selectorRate: configuration.optimizer.selectorLearningRate * factor)
  }

  /// Epochs of a round that training goes on for until its selectors have converged: half as many as were planned, but
  /// so many that logits can move.
  package var roundEpochs: Int {
    max((configuration.training.plannedEpochs + 1) / 2, (Self.leastRound + stepsPerEpoch - 1) / stepsPerEpoch)
  }
  private static let leastRound = 500

  /// The step of the schedule that a step takes its values from. In a round that is its second half, again: at its last
  /// temperature and rates hardly a logit moves.
  private func scheduled(_ step: Int) -> Int {
    guard configuration.training.untilConverged, step >= plannedSteps else { return step }
    let round = stepsPerEpoch * roundEpochs
    return plannedSteps / 2 + (step - plannedSteps) % round * (plannedSteps - plannedSteps / 2) / round
  }

  /// How far one logit can move over the whole plan: Adam moves it at most about its rate a step.
  package var reachableLogitChange: Double {
    configuration.optimizer.selectorLearningRate
      * configuration.optimizer.rateFactorSum(steps: totalSteps, plannedSteps: plannedSteps)
  }

  /// A warning when the planned steps may not bring the selectors to convergence; nil when they can.
  package func convergenceWarning(featureCount: Int) -> String? {
    let needed = configuration.convergenceSteps(featureCount: featureCount)
    guard plannedSteps < needed else { return nil }
    let epochs = (needed + stepsPerEpoch - 1) / stepsPerEpoch
    return
      "\(plannedSteps) steps can move a logit by about \(Self.short(reachableLogitChange)); selectors of "
      + "\(featureCount) features need about \(needed) steps to converge: give --epochs auto or at least \(epochs)"
      + (configuration.optimizer.selectorLearningRate < OptimizerConfiguration().selectorLearningRate
        ? ", or a higher --selector-learning-rate" : "")
  }

  private static func short(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}

/// What rank 0 decides for one step.
package struct StepControl: Sendable, Equatable {
  /// The selector's temperature.
  package var temperature: Double
  /// The decoder's learning rate.
  package var decoderRate: Double
  /// The selector's learning rate.
  package var selectorRate: Double

  /// Collects the values.
  package init(temperature: Double, decoderRate: Double, selectorRate: Double) {
    self.temperature = temperature
    self.decoderRate = decoderRate
    self.selectorRate = selectorRate
  }
}
