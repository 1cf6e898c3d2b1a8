import ArgumentParser
import ConcreteAutoencoder
import RunSettings

extension Recipe: ExpressibleByArgument {}
extension LearningTask: ExpressibleByArgument {}
extension InitialLogits: ExpressibleByArgument {}
extension RateDecay: ExpressibleByArgument {}
extension Annealing: ExpressibleByArgument {}
extension AnnealingUnit: ExpressibleByArgument {}
extension ReductionMode: ExpressibleByArgument {}

/// Whole numbers with commas between them, or `none`.
struct IntegerList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    guard let values = [Int](settingText: argument) else { return nil }
    self.values = values
  }
}

/// Puts an option's value into a setting if the option was given.
func set<Value>(_ setting: inout Value, _ option: Value?) {
  if let option { setting = option }
}

/// What is selected and rebuilt.
struct ModelOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("K, the number of features to select. (default: 50)", valueName: "count"))
  var k: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Hidden layers of the decoder: 200 or 300,200 or none. (default: 200)", valueName: "units"))
  var hidden: IntegerList?

  @Option(help: "Rebuild all features, or find the row's label. (default: reconstruct)")
  var task: LearningTask?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Dropout after each hidden layer. (default: 0)", valueName: "p"))
  var dropout: Double?

  @Flag(inversion: .prefixedNo, help: "Normalise each hidden layer before its activation. (default: no)")
  var layerNorm: Bool?

  @Option(help: "How the selector's logits start. (default: uniform)")
  var initialLogits: InitialLogits?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Dropout on the selector's logits. (default: 0)", valueName: "p"))
  var logitsDropout: Double?

  @Flag(
    inversion: .prefixedNo, help: "Straight-through samples: one-hot forward, soft backward. (default: no)")
  var hard: Bool?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Weight of the diversity term (GJSD). (default: 0)", valueName: "weight"))
  var gjsWeight: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Groups of rows in a GLOBAL batch that have noise of their own; 0: each row. (default: 1)",
      valueName: "groups"))
  var noiseGroups: Int?

  @Option(
    help: ArgumentHelp(
      "Start the selectors from these features: a selected.csv, or a feature's number a line.",
      valueName: "file"))
  var warmStart: String?

  func apply(to configuration: inout RunConfiguration) {
    set(&configuration.selector.k, k)
    set(&configuration.decoder.hidden, hidden?.values)
    set(&configuration.task, task)
    set(&configuration.decoder.dropout, dropout)
    set(&configuration.decoder.layerNorm, layerNorm)
    set(&configuration.selector.initialLogits, initialLogits)
    set(&configuration.data.warmStart, warmStart)
    set(&configuration.selector.logitsDropout, logitsDropout)
    set(&configuration.selector.hard, hard)
    set(&configuration.selector.gjsWeight, gjsWeight)
    set(&configuration.selector.noiseGroups, noiseGroups)
  }
}
