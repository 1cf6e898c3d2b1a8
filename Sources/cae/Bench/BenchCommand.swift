import ArgumentParser
import Communication
import Diagnostics
import Foundation
import RankSetup
import RunSettings

/// `cae bench`: how long a step takes, where its time goes, and how near it is to the machine's limit.
struct BenchCommand: ParsableCommand {
  /// How the figures are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the training step on synthetic rows, on the ranks it is started with.",
    discussion: """
      Floor is the time that OpenBLAS needs for the step's matrix products alone, measured in the same process on \
      the same shapes. Times are medians of the slowest rank.
      """)

  @Option(parsing: .unconditional, help: ArgumentHelp("D, the number of features.", valueName: "count"))
  var features = 784

  @Option(parsing: .unconditional, help: ArgumentHelp("Steps to measure.", valueName: "count"))
  var steps = 300

  @Option(parsing: .unconditional, help: ArgumentHelp("Rows of a GLOBAL batch.", valueName: "rows"))
  var batchSize = 128

  @Option(
    help: ArgumentHelp(
      "Measure these batch sizes one after the other, such as 64,128,256.", valueName: "rows"))
  var sweep: IntegerList?

  @Option(help: "How to print the figures.")
  var format = Format.table

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("OpenBLAS threads a rank; 0: chosen from cores and ranks.", valueName: "count"))
  var threads = 0

  @Flag(inversion: .prefixedNo, help: "Let ranks of a node share one copy of the training state.")
  var shareMemory = true

  @Option(help: "fast, or exact: the same bits on any number of ranks.")
  var reduction = ReductionMode.fast

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Chunks of a batch with --reduction exact; 0: by its size.", valueName: "count"))
  var chunks = 0

  @OptionGroup(title: "Model") var model: ModelOptions

  func validate() throws {
    if features < 1 { throw ValidationError("--features: \(features) is not at least 1") }
    if steps < 1 { throw ValidationError("--steps: \(steps) is not at least 1") }
  }

  func run() throws {
    let communicator = try Communicators.start(environment: ProcessInfo.processInfo.environment)
    do {
      let results = try measure(communicator)
      if communicator.isRoot { try show(results) }
      try communicator.finalize()
    } catch {
      Failure(error).abort(communicator)
    }
  }

  private func measure(_ communicator: any Communicator) throws -> [BenchResult] {
    var configuration = RunConfiguration()
    model.apply(to: &configuration)
    configuration.training.threads = threads
    configuration.training.shareMemory = shareMemory
    configuration.training.reductionMode = reduction
    configuration.training.chunks = chunks
    let batchSizes = sweep?.values ?? [batchSize]
    try communicator.agree(phase: "reading the settings") {
      for rows in batchSizes {
        configuration.training.batchSize = rows
        try configuration.validate()
      }
    }
    try MachineAgreement.chooseVectorInstructions(communicator)
    let plan = try ThreadPlan(configuration.training, communicator: communicator)
    plan.apply()
    let places = try RankPlace.gather(plan, communicator: communicator)
    let useful = configuration.training.reduction.usefulRanks
    for line in PlacementAdvice.lines(for: places ?? [], singleThreadedRanks: useful) {
      Failure.printError("note: \(line)")
    }
    return try batchSizes.map { rows in
      configuration.training.batchSize = rows
      return try StepBenchmark(
        configuration: configuration, featureCount: features, steps: steps, communicator: communicator
      ).run()
    }
  }

  private func show(_ results: [BenchResult]) throws {
    switch format {
    case .table: print(BenchTableText.text(of: results))
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      print(String(decoding: try encoder.encode(results), as: UTF8.self))
    }
  }
}
