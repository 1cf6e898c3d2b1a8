import ArgumentParser
import ConcreteAutoencoder
import RunSettings

/// How long, how fast, and how the temperature falls.
struct ScheduleOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Passes over the training rows. (default: 30)")
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Rows of a GLOBAL batch, which the ranks share. (default: 128)", valueName: "rows"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Learning rate of the decoder. (default: 0.006)", valueName: "rate"))
  var learningRate: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Learning rate of the selector's logits. (default: 0.1)", valueName: "rate"))
  var selectorLearningRate: Double?

  @Option(help: "How both rates run down. (default: cosine)")
  var decay: RateDecay?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is left of both rates at the last step. (default: 0.01)", valueName: "fraction"))
  var decayTo: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Temperature of the first step. (default: 2)", valueName: "T"))
  var temperatureStart: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Temperature of the last step. (default: 0.02)", valueName: "T"))
  var temperatureEnd: Double?

  @Option(help: "Course of the temperature. (default: exponential)")
  var anneal: Annealing?

  @Option(help: "How often the temperature changes. (default: step)")
  var annealPer: AnnealingUnit?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Epochs before the temperature begins to fall. (default: 0)", valueName: "epochs"))
  var warmupEpochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Epochs of annealing after which it freezes; 0: never. (default: 0)", valueName: "epochs"))
  var stopAnneal: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Epochs that temperature and rates are planned over; their last values hold after. 0: all. (default: 0)",
      valueName: "epochs"))
  var scheduleEpochs: Int?

  @Option(parsing: .unconditional, help: "Seed of everything random. (default: 0)")
  var seed: UInt64?

  func apply(to configuration: inout RunConfiguration) {
    set(&configuration.training.epochs, epochs)
    set(&configuration.training.batchSize, batchSize)
    set(&configuration.optimizer.learningRate, learningRate)
    set(&configuration.optimizer.selectorLearningRate, selectorLearningRate)
    set(&configuration.optimizer.decay, decay)
    set(&configuration.optimizer.decayTo, decayTo)
    set(&configuration.temperature.start, temperatureStart)
    set(&configuration.temperature.end, temperatureEnd)
    set(&configuration.temperature.annealing, anneal)
    set(&configuration.temperature.unit, annealPer)
    set(&configuration.temperature.warmupEpochs, warmupEpochs)
    set(&configuration.temperature.stopAnneal, stopAnneal)
    set(&configuration.training.scheduleEpochs, scheduleEpochs)
    set(&configuration.training.seed, seed)
  }
}
