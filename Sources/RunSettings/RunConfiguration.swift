import AtomicFile
import ConcreteAutoencoder
import Foundation
import Tables

/// How long a run trains, in what portions.
public struct TrainingConfiguration: Sendable, Equatable {
  /// Passes over the training rows, as asked for.
  public var epochCount = Automatic<Int>.automatic
  /// Epochs that temperature and rates are planned over; later epochs keep their last values. 0: all epochs.
  public var scheduleEpochs = 0
  /// Whether training goes on after the planned epochs until every selector has converged.
  public var untilConverged = false
  /// Rows of a global batch, as asked for.
  public var batchRows = Automatic<Int>.automatic
  /// Rows of a global batch, which the ranks share; an automatic number until `RunConfiguration.fixAutomatic` is the
  /// largest.
  public var batchSize: Int {
    get { batchRows.number ?? Self.automaticBatch }
    set { batchRows = .fixed(newValue) }
  }
  /// The automatic number of rows, where there are as many.
  static let automaticBatch = 128
  /// The seed of everything random.
  public var seed: UInt64 = 0
  /// Which of the training rows are trained on.
  public var rowDraw = RowDraw.all
  /// What becomes of steps whose loss or gradient is not finite.
  public var onNonFinite = NonFinitePolicy.stop
  /// Whether ranks of a node share one copy of the training state.
  public var shareMemory = true
  /// Micro-batches of a batch, which ranks have whole; 0 chooses from the batch size.
  public var microBatches = 0

  /// The defaults.
  public init() {}

  /// Passes over the training rows; until `RunConfiguration.fixAutomatic` the least of an automatic number.
  public var epochs: Int {
    get { epochCount.number ?? Self.leastEpochs }
    set { epochCount = .fixed(newValue) }
  }
  /// The least automatic number of epochs: decoders go on getting better for about as long.
  static let leastEpochs = 30

  /// The epochs that the schedules run over.
  public var plannedEpochs: Int { scheduleEpochs == 0 ? epochs : scheduleEpochs }

  /// Micro-batches of a batch, for features in these blocks.
  package func microBatchCount(_ blocks: FeatureBlocks) -> Int {
    microBatches == 0
      ? Self.automaticMicroBatches(batchSize: batchSize, dividesFeatures: blocks.areDivided) : microBatches
  }

  /// Micro-batches of 64 rows, where products run at full speed; in smaller batches up to four micro-batches, of 8 rows
  /// at the least, so that four ranks have work; never more than 64, unless they would be too large.
  ///
  /// Where ranks of a node divide the features they are of 128 rows, and two at the least: every one reads and writes all that
  /// belongs to features once more.
  static func automaticMicroBatches(batchSize: Int, dividesFeatures: Bool) -> Int {
    let least = leastMicroBatches(batchSize: batchSize)
    return dividesFeatures
      ? max(least, min(2, batchSize)) : max(least, min(64, max(batchSize / 64, min(4, batchSize / 8), 1)))
  }

  private static func leastMicroBatches(batchSize: Int) -> Int {
    batchSize / mostRows + (batchSize % mostRows > 0 ? 1 : 0)
  }

  /// The most micro-batches of a batch.
  static let mostMicroBatches = 65_536
  /// The most rows of a micro-batch, which the pass allows.
  private static let mostRows = TrainingPass<Float>.mostRows

  /// Throws for a value that cannot be used; `rowCount` is the number of training rows, once known.
  public func validate(rowCount: Int? = nil) throws {
    try requireCount(epochs, atLeast: 1, option: "epochs")
    if scheduleEpochs < 0 || scheduleEpochs > epochs {
      throw ConfigurationError(
        option: "schedule-epochs", problem: "\(scheduleEpochs) is not in 0 ... \(epochs) (--epochs)")
    }
    try requireCount(batchSize, atLeast: 1, option: "batch-size")
    if let rowCount, batchSize > rowCount {
      throw ConfigurationError(
        option: "batch-size", problem: "\(batchSize) rows, but there are only \(rowCount) training rows")
    }
    let least = Self.leastMicroBatches(batchSize: batchSize)
    guard least <= Self.mostMicroBatches else {
      throw ConfigurationError(
        option: "batch-size",
        problem:
          "\(batchSize) rows are more than \(Self.mostMicroBatches) micro-batches of \(Self.mostRows) rows hold"
      )
    }
    let most = min(batchSize, Self.mostMicroBatches)
    guard microBatches == 0 || (least...most).contains(microBatches) else {
      throw ConfigurationError(
        option: "micro-batches",
        problem:
          "\(microBatches) is not in \(least) ... \(most), which --batch-size allows: a micro-batch has 1 to "
          + "\(Self.mostRows) rows")
    }
  }
}

/// What a run leaves behind, and where.
public struct OutputConfiguration: Sendable, Equatable {
  /// The run directory.
  public var runDirectory = "run"
  /// Steps between checkpoints; 0: at ends of epochs, some seconds apart.
  public var checkpointEvery = 0
  /// Whether a page that shows the result is written at the end.
  public var report = true
  /// Epochs after which images are rebuilt for the report, beside those before training and at the end; empty: none at all.
  public var snapshotEpochs: [Int] = [5]
  /// Whether metrics are written for TensorBoard as well.
  public var tensorBoard = false
  /// Steps between lines of metrics, beside those at the end of every epoch.
  public var logEvery = 100
  /// Seconds without a step after which a rank counts as stalled; 0: never.
  public var stallTimeout = 120.0

  /// The defaults.
  public init() {}

  /// Throws for a value that cannot be used.
  public func validate() throws {
    if runDirectory.isEmpty { throw ConfigurationError(option: "run-dir", problem: "the path is empty") }
    try requireCount(checkpointEvery, option: "checkpoint-every")
    for epoch in snapshotEpochs { try requireCount(epoch, option: "snapshot-epochs") }
    try requireCount(logEvery, atLeast: 1, option: "log-every")
    if !(stallTimeout >= 0) || !stallTimeout.isFinite {
      throw ConfigurationError(option: "stall-timeout", problem: "\(stallTimeout) is not at least 0")
    }
  }
}

/// Every setting of a run, by component.
public struct RunConfiguration: Sendable, Equatable {
  /// The recipe that the other settings started from.
  public var recipe = Recipe.default
  /// What is learnt.
  public var task = LearningTask.reconstruct
  /// Which rows, and how they are read.
  public var data = DatasetOptions()
  /// A file with features to start the selectors from; empty for none.
  public var warmStart = ""
  /// The selector.
  public var selector = SelectorConfiguration()
  /// The decoder.
  public var decoder = DecoderConfiguration()
  /// Adam.
  public var optimizer = OptimizerConfiguration()
  /// The temperature.
  public var temperature = TemperatureSchedule()
  /// What is done for the selection beside training.
  public var refinement = RefinementConfiguration()
  /// Length and portions.
  public var training = TrainingConfiguration()
  /// What is left behind.
  public var output = OutputConfiguration()

  /// The default recipe's settings.
  public init() {}

  /// The data, with the place for tables that are read once: beside the run directory where none is given.
  package var placedData: DatasetOptions {
    var placed = data
    if placed.table.cache.isEmpty {
      placed.table.cache = "\(Directory.parent(of: output.runDirectory))/.cae-cache"
    }
    return placed
  }

  /// Throws the first setting that cannot be used, as far as that can be told without the data.
  public func validate() throws {
    try data.validate()
    try selector.validate()
    try validateInitialLogits()
    try decoder.validate()
    try optimizer.validate()
    try training.validate()
    try selector.validate(batchSize: training.batchSize)
    try output.validate()
    try refinement.validate()
  }

  /// Throws where a start of the logits is asked for that indirect ones do not have.
  private func validateInitialLogits() throws {
    let initial = selector.initialLogits
    guard selector.parametrization == .indirect, initial != recipe.configuration.selector.initialLogits else {
      return
    }
    throw ConfigurationError(
      option: "initial-logits",
      problem:
        "\(initial.rawValue) means something with --parametrization direct alone: indirect logits follow from "
        + "vectors that have a start of their own")
  }

  /// Steps in which selectors of `featureCount` features converge, as far as is known: their logits must be able to move
  /// five times the margin of a converged selection, since they take turns in the lead on the way. About
  /// 100 ln(500 D) steps at a rate of 0.1 with cosine decay.
  package func convergenceSteps(featureCount: Int) -> Int {
    let margin = Convergence.margin(for: Convergence.plannedMeanMax, featureCount: featureCount)
    let rate = optimizer.selectorLearningRate * optimizer.meanRateFactor
    return Int((5 * margin / rate).rounded(.up))
  }

  /// Takes numbers that are automatic here from a run that they were fixed for.
  package mutating func takeAutomatic(of run: RunConfiguration) {
    if training.epochCount == .automatic { training.epochCount = run.training.epochCount }
    if training.batchRows == .automatic { training.batchRows = run.training.batchRows }
    if optimizer.decoderRate == .automatic { optimizer.decoderRate = run.optimizer.decoderRate }
    if selector.indirectLength == .automatic { selector.indirectLength = run.selector.indirectLength }
    if training.microBatches == 0 { training.microBatches = run.training.microBatches }
  }

  /// Replaces automatic numbers by those for these data, which a run keeps from its first step on.
  package mutating func fixAutomatic(featureCount: Int, trainingRows: Int) {
    if training.batchRows == .automatic {
      training.batchSize = max(1, min(TrainingConfiguration.automaticBatch, trainingRows))
    }
    selector.fixIndirectSize(featureCount: featureCount)
    let stepsPerEpoch = max(1, (trainingRows + training.batchSize - 1) / training.batchSize)
    if training.epochCount == .automatic {
      let needed = convergenceSteps(featureCount: featureCount)
      training.epochs = max(
        TrainingConfiguration.leastEpochs, training.scheduleEpochs,
        (needed + stepsPerEpoch - 1) / stepsPerEpoch)
    }
    if optimizer.decoderRate == .automatic {
      let (steps, overflow) = stepsPerEpoch.multipliedReportingOverflow(by: training.plannedEpochs)
      optimizer.learningRate = OptimizerConfiguration.automaticRate(steps: overflow ? .max : steps)
    }
    training.microBatches = training.microBatchCount(featureBlocks(featureCount: featureCount))
  }

  /// Throws the first setting that cannot be used with data of this size.
  public func validate(featureCount: Int, trainingRows: Int) throws {
    try selector.validate(featureCount: featureCount)
    try training.validate(rowCount: trainingRows)
    let stepsPerEpoch = (trainingRows + training.batchSize - 1) / training.batchSize
    // A step is 32 bits of the noise's key.
    if training.epochs * stepsPerEpoch > UInt32.max {
      throw ConfigurationError(
        option: "epochs",
        problem: "\(training.epochs) epochs of \(stepsPerEpoch) steps are more than the \(UInt32.max) steps "
          + "that there is noise for")
    }
    try temperature.validate(plannedEpochs: training.plannedEpochs, stepsPerEpoch: stepsPerEpoch)
    try validateMemory(featureCount: featureCount)
  }

  /// Throws if parameters, gradient and both moments cannot lie in this machine's memory, of `memory` bytes.
  package func validateMemory(
    featureCount: Int, memory: Double = Double(ProcessInfo.processInfo.physicalMemory)
  ) throws {
    let widths = ([selector.k] + decoder.hidden + (task.objective.target == .features ? [featureCount] : []))
      .map(Double.init)
    let vectors = Double(selector.shapedIndirectSize ?? 0) * (widths[0] + Double(featureCount))
    let selectorCount = widths[0] * Double(featureCount) + vectors
    let decoderCount = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let bytes = 4 * (selectorCount + decoderCount) * Double(MemoryLayout<Float>.stride)
    guard bytes > memory else { return }
    throw ConfigurationError(
      option: decoderCount > selectorCount && !decoder.hidden.isEmpty
        ? "hidden" : 2 * vectors > selectorCount ? "indirect-size" : "k",
      problem:
        "a model of \(Self.short(selectorCount + decoderCount)) parameters needs \(Self.short(bytes)) bytes "
        + "with gradient and moments, and this machine has \(Self.short(memory)): give a smaller one")
  }

  private static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}

extension DatasetOptions {
  /// Throws `ConfigurationError` for a value that cannot be used.
  func validate() throws {
    for (option, fraction) in [("validation-fraction", validationFraction), ("test-fraction", testFraction)]
    where !(0..<1).contains(fraction) {
      throw ConfigurationError(option: option, problem: "\(fraction) is not in 0 ..< 1")
    }
    if path == StandardInput.name, test == StandardInput.name {
      throw ConfigurationError(option: "test", problem: "standard input (-) cannot be both --data and --test")
    }
    if !test.isEmpty, !table.columns.split.isEmpty {
      throw ConfigurationError(
        option: "split", problem: "the column says which rows are for the test, and so does --test; give one")
    }
  }
}

extension RunConfiguration {
  /// Floating-point operations of a step's matrix products, over all ranks.
  package func stepOperations(featureCount: Int) -> Double {
    let (k, d) = (Double(selector.k), Double(featureCount))
    let widths = [k] + decoder.hidden.map(Double.init) + [d]
    let layers = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    // Logits, and the gradients of the two factors that they are a product of.
    let indirect = 3 * k * d * Double(selector.shapedIndirectSize ?? 0)
    return 2 * Double(training.batchSize) * (2 * k * d + 3 * layers) + 2 * indirect
  }

  /// The blocks that ranks of a node divide.
  ///
  /// One where a batch has several selection matrices, each drawn by the rank that has the rows, or where logits each follow
  /// from what belongs to all features.
  package func featureBlocks(featureCount: Int) -> FeatureBlocks {
    FeatureBlocks(
      featureCount: featureCount, isWhole: selector.noiseGroups != 1 || selector.parametrization == .indirect)
  }

  /// How many ranks there is work for in a step: no more than micro-batches, nor than parts that are worth the meetings.
  package func usefulRanks(featureCount: Int) -> Int {
    let worthwhile = 3e7
    let parts = stepOperations(featureCount: featureCount) / worthwhile
    let blocks = featureBlocks(featureCount: featureCount)
    let divided = blocks.areDivided ? blocks.count : training.microBatchCount(blocks)
    return max(1, min(divided, Int(min(parts, Double(Int32.max)))))
  }
}
