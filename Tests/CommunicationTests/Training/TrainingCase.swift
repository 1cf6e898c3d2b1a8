import Communication
import ConcreteAutoencoder
import DistributedTraining
import LinearAlgebra
import RunSettings
import RunStore
import Tables
import Testing

/// A small training problem and how to run it on one rank of a world.
struct TrainingCase: Sendable, CustomTestStringConvertible {
  var name: String
  var configuration: RunConfiguration
  var part: TablePart
  /// Whether a fifth of the values is missing, and does not count.
  var hasGaps = false
  /// Whether rows have weights.
  var isWeighted = false
  /// Blocks of the features.
  var blockCount = 1

  var testDescription: String { name }

  /// A problem of `rows` x `features` with soft selection and one hidden layer, changed by `change`.
  init(
    _ name: String, rows: Int = 110, features: Int = 24, grid: FeatureGrid? = nil, classes: Int? = nil,
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) {
    self.name = name
    let features = SyntheticTable(rows: rows, features: features, grid: grid)
    part = features.part(classes: classes.map { features.labels(classes: $0) })
    var configuration = RunConfiguration()
    configuration.selector.k = 4
    configuration.decoder.hidden = [12]
    configuration.training.batchSize = 32
    configuration.training.epochs = 6
    configuration.optimizer.selectorLearningRate = 0.02
    configuration.temperature.start = 2
    configuration.temperature.end = 0.3
    configuration.output.snapshotEpochs = []
    configuration.output.stallTimeout = 0
    if classes != nil { configuration.task = .classify }
    change(&configuration)
    self.configuration = configuration
  }

  /// The same problem with other settings.
  func with(_ change: (inout RunConfiguration) -> Void) -> TrainingCase {
    var copy = self
    change(&copy.configuration)
    return copy
  }

  /// The same problem with values missing, or rows weighted.
  func counting(gaps: Bool, weights: Bool) -> TrainingCase {
    var copy = self
    (copy.hasGaps, copy.isWeighted) = (gaps, weights)
    return copy
  }

  /// The same problem with its features in several blocks, which ranks of a node divide.
  func divided(_ count: Int = 5) -> TrainingCase {
    var copy = self
    copy.blockCount = count
    copy.name += ", \(count) blocks"
    return copy
  }

  var blocks: FeatureBlocks {
    FeatureBlocks(featureCount: shape.featureCount, count: blockCount)
  }

  /// Who works on what where each node has so many of `ranks`.
  func plan(ranks: Int, ranksPerNode: Int) -> ReductionPlan {
    let perNode = ranks.isMultiple(of: ranksPerNode) ? ranksPerNode : 1
    return ReductionPlan(
      microBatches: configuration.training.microBatchCount(blocks), blocks: blocks,
      nodeCount: ranks / perNode, ranksPerNode: perNode)
  }

  /// Whether the features can be several blocks.
  var canBeDivided: Bool {
    configuration.selector.noiseGroups == 1 && configuration.selector.parametrization == .direct
  }

  /// The same problem on other rows.
  func on(_ features: SyntheticTable) -> TrainingCase {
    var copy = self
    copy.part = TablePart(features.part().table, target: part.target)
    return copy
  }

  var shape: ModelShape {
    ModelShape(
      featureCount: part.table.schema.featureCount, selectorCount: configuration.selector.k,
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      task: configuration.task,
      targetCount: configuration.task == .classify ? part.target?.classNames?.count : nil,
      indirectSize: configuration.selector.shapedIndirectSize)
  }

  var split: RowSplit {
    get throws {
      try RowSplit(
        rowCount: part.table.rowCount, validationFraction: configuration.data.validationFraction)
    }
  }

  /// The rows as they stand in the table.
  var dataset: Dataset {
    get throws {
      let count = part.table.schema.featureCount
      guard hasGaps || isWeighted else {
        return Dataset(part, preprocessing: .none(count: count), split: try split)
      }
      let rows = part.table.rowCount
      var values: [Float] = part.table.values(of: Array(0..<UInt32(rows)), features: 0..<count)
      var missing = 0
      for index in values.indices where hasGaps && index * 7 % 5 == 2 {
        values[index] = .nan
        missing += 1
      }
      let none = Preprocessing.none(count: count)
      return Dataset(
        TablePart(
          FloatTable(values, schema: part.table.schema), target: part.target,
          division: RowDivision(weights: isWeighted ? (0..<rows).map { 0.5 + Float($0 % 4) } : nil)),
        preprocessing: Preprocessing(
          offset: none.offset, scale: none.scale, fill: Array(repeating: 0.5, count: count),
          countsObserved: true),
        split: try split, missing: missing)
    }
  }

  var plan: RunPlan {
    get throws {
      let split = try split
      return RunPlan(
        configuration: configuration, trainingRows: split.training.count,
        validationRows: split.validation.count)
    }
  }

  var facts: RunFacts {
    get throws {
      RunFacts(data: try dataset.description(), stepsPerEpoch: try plan.stepsPerEpoch)
    }
  }

  /// Memory with the state before the first step; every rank must call.
  func startMemory(
    _ communicator: any Communicator = LocalCommunicator(), sharesMemory: Bool = true
  ) throws -> TrainingMemory {
    var configuration = configuration
    configuration.training.shareMemory = sharesMemory
    let memory = try TrainingMemory(
      shape: shape, communicator: communicator, configuration: configuration, blocks: blocks)
    // In shared memory all ranks of a node write the same values to the same places, one after the other.
    for rank in 0..<communicator.size {
      if rank == communicator.rank {
        memory.state.model.initialize(
          seed: configuration.training.seed, logits: configuration.selector.initialLogits)
      }
      try communicator.barrier()
    }
    return memory
  }

  func trainer(
    _ communicator: any Communicator, memory: TrainingMemory? = nil, recorder: Recorder? = nil,
    observer: (any TrainingObserver)? = nil, log: RunLog = .silent
  ) throws -> Trainer {
    BLASRuntime.threadCount = 1
    return try Trainer(
      configuration: configuration, communicator: communicator, dataset: try dataset,
      memory: try memory ?? startMemory(communicator), recorder: recorder, observer: observer,
      watchdog: try Watchdog(limit: 0, communicator: communicator), log: log)
  }

  /// The parameters at the end, from every rank of a world.
  func parameters(ranks: Int, ranksPerNode: Int? = nil) throws -> [[Float]] {
    try InProcessWorld.run(ranks: ranks, ranksPerNode: ranksPerNode) { communicator in
      let trainer = try trainer(communicator)
      #expect(try trainer.run() == .completed)
      return trainer.state.parameterValues()
    }
  }
}

extension TrainingCase {
  /// One case for each part of the method, in a few steps.
  static let variants = [
    TrainingCase("soft"),
    TrainingCase("image rows", features: 24, grid: FeatureGrid(rows: 4, columns: 6)),
    TrainingCase("hard") { $0.selector.hard = true },
    TrainingCase("diversity") { $0.selector.gjsWeight = 0.05 },
    TrainingCase("dropout") { $0.decoder.dropout = 0.3 },
    TrainingCase("logits dropout") { $0.selector.logitsDropout = 0.3 },
    TrainingCase("hard, diversity and logits dropout") {
      $0.selector.hard = true
      $0.selector.gjsWeight = 0.05
      $0.selector.logitsDropout = 0.2
    },
    TrainingCase("3 noise groups") { $0.selector.noiseGroups = 3 },
    TrainingCase("a noise group a row") { $0.selector.noiseGroups = 0 },
    TrainingCase("5 noise groups, hard, diversity and logits dropout") {
      $0.selector.noiseGroups = 5
      $0.selector.hard = true
      $0.selector.gjsWeight = 0.05
      $0.selector.logitsDropout = 0.2
    },
    TrainingCase("noise groups that shorter batches have no rows for", rows: 61) {
      $0.data.validationFraction = 0
      $0.selector.noiseGroups = 7
      $0.training.batchSize = 30
      $0.decoder.dropout = 0.2
    },
    TrainingCase("indirect") { ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 5) },
    TrainingCase("indirect, several parts, hard, diversity and logits dropout", features: 150) {
      ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 20)
      $0.selector.k = 35
      $0.selector.hard = true
      $0.selector.gjsWeight = 0.05
      $0.selector.logitsDropout = 0.2
    },
    TrainingCase("indirect, 3 noise groups, values missing, weights, diversity") {
      ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 30)
      $0.selector.noiseGroups = 3
      $0.selector.gjsWeight = 0.05
    }.counting(gaps: true, weights: true),
    TrainingCase("layer norm, two hidden layers, dropout") {
      $0.decoder.hidden = [12, 9]
      $0.decoder.layerNorm = true
      $0.decoder.dropout = 0.2
    },
    TrainingCase("linear decoder") { $0.decoder.hidden = [] },
    TrainingCase("classification", classes: 3),
    TrainingCase("annealing by the epoch, constant rates") {
      $0.temperature.unit = .epoch
      $0.temperature.annealing = .linear
      $0.optimizer.decay = .none
    },
    TrainingCase("no validation") { $0.data.validationFraction = 0 },
    TrainingCase("batches that no number of ranks divides", rows: 101) { $0.training.batchSize = 29 },
    TrainingCase("a last batch of one row", rows: 61) {
      $0.data.validationFraction = 0
      $0.training.batchSize = 30
    },
    TrainingCase("fewer rows in a batch than ranks", rows: 40) { $0.training.batchSize = 3 },
    TrainingCase("values missing") { $0.selector.gjsWeight = 0.05 }.counting(gaps: true, weights: false),
    TrainingCase("values missing, weights").counting(gaps: true, weights: true),
    TrainingCase("classification, values missing, weights", classes: 3).counting(gaps: true, weights: true),
  ]
}
