import ConcreteAutoencoder
import Foundation
import RunSettings
import Testing

@Suite struct RunPlanTests {
  static func plan(
    rows: Int = 100, batch: Int = 32, epochs: Int = 3, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) -> RunPlan {
    var configuration = RunConfiguration()
    configuration.training.batchSize = batch
    configuration.training.epochs = epochs
    change(&configuration)
    return RunPlan(configuration: configuration, trainingRows: rows, validationRows: 7)
  }

  @Test(
    "steps of an epoch and of a run",
    arguments: [
      (100, 32, 4), (96, 32, 3), (97, 32, 4), (1, 1, 1), (32, 32, 1), (33, 32, 2), (60_000, 128, 469),
    ])
  func steps(rows: Int, batch: Int, expected: Int) {
    let plan = Self.plan(rows: rows, batch: batch)
    #expect(plan.stepsPerEpoch == expected)
    #expect(plan.totalSteps == 3 * expected && plan.plannedSteps == 3 * expected)
  }

  @Test("temperature and rates run from their start to their end, by the step")
  func control() {
    let plan = Self.plan()
    let first = plan.control(step: 0), last = plan.control(step: plan.totalSteps - 1)
    let rates = OptimizerConfiguration()
    #expect(first.temperature == TemperatureSchedule().start)
    #expect(first.decoderRate == rates.learningRate && first.selectorRate == rates.selectorLearningRate)
    #expect(abs(last.temperature - TemperatureSchedule().end) < 1e-12)
    #expect(
      abs(last.decoderRate - rates.learningRate * rates.decayTo) < 1e-12
        && abs(last.selectorRate - rates.selectorLearningRate * rates.decayTo) < 1e-12)
    let temperatures = (0..<plan.totalSteps).map { plan.control(step: $0).temperature }
    #expect(zip(temperatures, temperatures.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("by the epoch, all steps of an epoch have one temperature")
  func byEpoch() {
    let plan = Self.plan { $0.temperature.unit = .epoch }
    for step in 0..<plan.totalSteps {
      let start = step / plan.stepsPerEpoch * plan.stepsPerEpoch
      #expect(plan.control(step: step).temperature == plan.control(step: start).temperature)
    }
    #expect(plan.control(step: 0).temperature != plan.control(step: plan.stepsPerEpoch).temperature)
  }

  @Test(
    "until selectors have converged, the second half of the schedule comes again, over steps enough to move logits"
  )
  func rounds() {
    let plan = Self.plan(epochs: 1_000) {
      ($0.training.scheduleEpochs, $0.training.untilConverged) = (400, true)
    }
    #expect(plan.roundEpochs == 200)
    for step in stride(from: 1_600, to: 4_000, by: 37) {
      #expect(plan.control(step: step) == plan.control(step: 800 + (step - 1_600) % 800))
    }
    for step in 0..<1_600 {
      #expect(plan.control(step: step) == Self.plan(epochs: 400).control(step: step))
    }
    // A short plan is stretched.
    let short = Self.plan(epochs: 200) {
      ($0.training.scheduleEpochs, $0.training.untilConverged) = (3, true)
    }
    #expect(short.roundEpochs == 125)
    #expect(short.control(step: 12) == short.control(step: 6))
    #expect(short.control(step: 511) == short.control(step: 11))
    #expect(short.control(step: 512) == short.control(step: 6))
  }

  @Test("after the planned epochs the last values hold")
  func afterThePlan() {
    let plan = Self.plan(epochs: 5) { $0.training.scheduleEpochs = 3 }
    #expect(plan.plannedSteps == 12 && plan.totalSteps == 20)
    for step in 12..<20 { #expect(plan.control(step: step) == plan.control(step: 11)) }
    #expect(plan.control(step: 10) != plan.control(step: 11))
  }

  @Test("a warning where the steps cannot move the logits far enough, and none where they can")
  func warning() throws {
    let short = Self.plan()
    let warning = try #require(short.convergenceWarning(featureCount: 784))
    #expect(warning.contains("12 steps") && warning.contains("784 features"))
    #expect(warning.contains("--epochs auto"))
    let factors = (0..<12).map { OptimizerConfiguration().rateFactor(step: $0, plannedSteps: 12) }
    #expect(
      abs(
        short.reachableLogitChange - OptimizerConfiguration().selectorLearningRate * factors.reduce(0, +))
        < 1e-9)
    #expect(Self.plan(rows: 60_000, batch: 128, epochs: 10).convergenceWarning(featureCount: 784) == nil)
    let slow = Self.plan { $0.optimizer.selectorLearningRate = 1e-3 }
    #expect(try #require(slow.convergenceWarning(featureCount: 784)).contains("--selector-learning-rate"))
  }

  @Test(
    "automatic numbers follow from the data: about 100 ln(500 D) steps, 30 epochs at the least, all rows where they are few"
  )
  func automaticCounts() {
    func fixed(_ features: Int, _ rows: Int, _ change: (inout RunConfiguration) -> Void = { _ in }) -> RunPlan
    {
      var configuration = RunConfiguration()
      change(&configuration)
      configuration.fixAutomatic(featureCount: features, trainingRows: rows)
      return RunPlan(configuration: configuration, trainingRows: rows, validationRows: 0)
    }
    #expect(fixed(784, 60_000).totalSteps == 30 * 469)
    let small = fixed(64, 1_000)
    #expect(small.stepsPerEpoch == 8)
    let steps = 100 * log(500.0 * 64)
    #expect((0.9 * steps...1.1 * steps).contains(Double(small.totalSteps)))
    #expect(small.convergenceWarning(featureCount: 64) == nil)
    #expect(fixed(64, 50).stepsPerEpoch == 1)
    #expect(fixed(64, 1_000) { $0.training.epochs = 7 }.totalSteps == 56)
    #expect(fixed(64, 1_000) { $0.training.batchSize = 10 }.stepsPerEpoch == 100)
    // Long runs take the larger rate of the decoder.
    #expect(small.control(step: 0).decoderRate == 0.006)
    #expect(fixed(784, 60_000).control(step: 0).decoderRate == 0.009)
    #expect(fixed(64, 1_000) { $0.training.epochs = 250 }.control(step: 0).decoderRate == 0.009)
    #expect(fixed(784, 60_000) { $0.optimizer.learningRate = 0.002 }.control(step: 0).decoderRate == 0.002)
  }

  @Test("a plan of so many steps ends there, and its rates run down over them")
  func plannedSteps() {
    var configuration = RunConfiguration()
    configuration.training.batchSize = 10
    let plan = RunPlan(configuration: configuration, trainingRows: 95, validationRows: 0, steps: 17)
    #expect(plan.totalSteps == 17 && plan.plannedSteps == 17 && plan.stepsPerEpoch == 10)
    let last = plan.control(step: 16).decoderRate
    #expect(abs(last - configuration.optimizer.learningRate * configuration.optimizer.decayTo) < 1e-12)
  }
}
