import Communication
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import RunSettings
import Tables

/// Measures steps of the real loop on synthetic rows; every rank must call.
package struct StepBenchmark {
  private let configuration: RunConfiguration
  private let featureCount: Int
  private let steps: Int
  private let temperature: Double?
  private let communicator: any Communicator

  /// Steps before those that count.
  private static let warmup = 20

  /// Will measure `steps` steps with a configuration's model, batch size and threads on `featureCount` features: those at the
  /// start of a run, or at the `temperature` of a later stage, with selectors that each lead with a feature of their own, as after
  /// a start near features that were searched.
  package init(
    configuration: RunConfiguration, featureCount: Int, steps: Int, temperature: Double? = nil,
    communicator: any Communicator
  ) {
    self.temperature = temperature
    self.configuration = configuration
    self.featureCount = featureCount
    self.steps = steps
    self.communicator = communicator
  }

  /// Measures; the same result on every rank.
  package func run() throws -> BenchResult {
    try requireCount(steps, atLeast: 1, option: "steps")
    try requireCount(featureCount, atLeast: 1, option: "features")
    let all = steps + Self.warmup
    var configuration = configuration
    // One epoch holds all steps, so that nothing but steps is measured.
    configuration.training.epochs = 1
    configuration.data.validationFraction = 0
    configuration.output.logEvery = all + 1
    if let temperature {
      guard temperature > 0, temperature.isFinite else {
        throw ConfigurationError(option: "temperature", problem: "\(temperature) is not a number above 0")
      }
      (configuration.temperature.start, configuration.temperature.end) = (temperature, temperature)
    }
    let batchSize = configuration.training.batchSize
    guard all <= Int(UInt32.max) / batchSize else {
      throw ConfigurationError(
        option: "steps", problem: "\(all) batches of \(batchSize) rows are more rows than a table can have")
    }
    configuration.selector.fixIndirectSize(featureCount: featureCount)
    try configuration.validate(featureCount: featureCount, trainingRows: all * batchSize)
    let shape = ModelShape(
      featureCount: featureCount, selectorCount: configuration.selector.k,
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      indirectSize: configuration.selector.shapedIndirectSize)
    let dataset = try BenchTable.dataset(rowCount: all * batchSize, featureCount: featureCount)
    let counter = CountingCommunicator(communicator)
    let memory = try TrainingMemory(
      shape: shape, communicator: counter, configuration: configuration)
    if communicator.isRoot {
      let k = configuration.selector.k
      memory.state.model.initialize(
        seed: configuration.training.seed, logits: configuration.selector.initialLogits,
        warmStart: temperature == nil ? [] : (0..<k).map { $0 * featureCount / k })
    }
    try memory.distribute()
    let clock = StepClock(capacity: all)
    let trainer = try Trainer(
      configuration: configuration, communicator: counter, dataset: dataset, memory: memory, recorder: nil,
      observer: nil, watchdog: try Watchdog(limit: 0, communicator: communicator),
      log: .silent)
    trainer.clock = clock
    counter.reset()
    _ = try trainer.run()
    // Everybody still has everything: what is shared must not count as one rank's.
    let used = (peak: Self.peakMemory(), own: Self.ownMemory() ?? Self.peakMemory())
    try communicator.barrier()
    let plan = memory.topology.plan
    let tasks = plan.tasks(node: memory.topology.nodeIndex, rank: memory.topology.node.rank).joined()
    func rows(_ tasks: some Sequence<PassTask>) -> [Int] {
      tasks.map { plan.rows(of: $0.features.microBatch, in: 0..<batchSize).count }
    }
    let floor = try ProductFloor(
      shape: shape, blocks: memory.group.blocks.map { memory.group.all[$0].count }, rows: rows(tasks),
      own: rows(tasks.filter { $0.hidden != nil })
    ).measure(repetitions: max(20, steps / 2), communicator: communicator)
    return try summarize(
      clock, counter: counter, floor: floor, used: used, shape: shape, topology: memory.topology)
  }

  private func summarize(
    _ clock: StepClock, counter: CountingCommunicator, floor: Double, used: (peak: Int, own: Int),
    shape: ModelShape,
    topology: RankTopology
  ) throws -> BenchResult {
    let totals = clock.totals(from: Self.warmup).sorted()
    var figures = [
      floor, Self.quantile(totals, 0.5), Self.quantile(totals, 0.1), Self.quantile(totals, 0.9),
      Double(used.peak), Double(used.own),
    ]
    figures += StepClock.Part.allCases.map {
      Self.quantile(clock.values(of: $0, from: Self.warmup).sorted(), 0.5)
    }
    try communicator.allReduce(&figures, .max)
    let layout = ParameterLayout(shape: shape)
    var parts: [String: Double] = [:]
    for part in StepClock.Part.allCases { parts["\(part)"] = figures[6 + part.rawValue] * 1e3 }
    parts["products"] = figures[0] * 1e3
    parts["elementwise"] = max(0, (parts["gradient"] ?? 0) - figures[0] * 1e3)
    let counted = Double(clock.steps)
    let kinds = Collective.allCases.filter { counter[$0].calls > 0 }
    return BenchResult(
      batchSize: configuration.training.batchSize, features: featureCount, k: shape.selectorCount,
      hidden: shape.hidden, noiseGroups: configuration.selector.noiseGroups,
      temperature: temperature ?? configuration.temperature.start,
      microBatches: topology.plan.tree.leaves, ranks: communicator.size,
      kernels: NumericKernels.description, sharesMemory: topology.sharesMemory, steps: totals.count,
      stepMs: figures[1] * 1e3, stepMsP10: figures[2] * 1e3, stepMsP90: figures[3] * 1e3, parts: parts,
      floorMs: figures[0] * 1e3, floorShare: figures[0] / figures[1],
      rowsPerSecond: Double(configuration.training.batchSize) / figures[1],
      collectives: Dictionary(
        uniqueKeysWithValues: kinds.map { ("\($0)", Double(counter[$0].calls) / counted) }),
      bytes: Double(counter.total.bytes) / counted, peakMemory: Int(figures[4]), ownMemory: Int(figures[5]),
      stateMemory: (4 * layout.count + shape.selectorCount * featureCount) * MemoryLayout<Float>.stride)
  }

  private static func quantile(_ sorted: [Double], _ fraction: Double) -> Double {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
  }

  /// The proportional set size (Linux's smaps_rollup): each page divided by the processes that have it, in bytes; nil
  /// where the system does not tell.
  private static func ownMemory() -> Int? {
    let text = (try? String(contentsOfFile: "/proc/self/smaps_rollup", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
    return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// The most memory that was ever resident, in bytes.
  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
