import ArgumentParser
import AtomicFile
import Communication
import Diagnostics
import Foundation
import RankSetup
import RunSettings

/// `cae bench`: how long a step takes, where its time goes, and how near it is to the machine's limit.
struct BenchCommand: ParsableCommand {
  /// The settings beside the model's that a step depends on.
  enum StepSettings: SettingList {
    static let settings = Setting.all("batch-size", "micro-batches", "share-memory")
  }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the training step on synthetic rows, on its workers or the ranks it is started with.",
    discussion: """
      Floor is the time that OpenBLAS needs for the step's matrix products alone, measured in the same process on \
      the same shapes. Times are medians of the slowest rank.
      """
        + HelpDetail.examples(
          "cae bench", "cae bench --workers 1",
          "mpirun -n 2 cae bench --features 10463 -k 64"))

  @Option(parsing: .unconditional, help: ArgumentHelp("D, the number of features.", valueName: "count"))
  var features = 784

  @Option(parsing: .unconditional, help: ArgumentHelp("Steps to measure.", valueName: "count"))
  var steps = 300

  @Option(
    help: ArgumentHelp(
      "Measure these batch sizes one after the other, such as 64,128,256.", valueName: "rows"))
  var sweep: IntegerList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Measure steps at this temperature of selectors that each lead with a feature, as in mid-run. (default: a run's first steps)",
      valueName: "number"))
  var temperature: Double?

  @OptionGroup var json: JSONOutput

  @OptionGroup var ranks: RankOptions
  @OptionGroup(title: ModelSettings.group.rawValue) var model: SettingOptions<ModelSettings>
  @OptionGroup(title: "Step") var step: SettingOptions<StepSettings>

  func run() throws {
    var outline = RunConfiguration()
    try? step.apply(to: &outline)
    try ranks.run(outline) { communicator in
      let results = try measure(communicator)
      if communicator.isRoot { try show(results) }
      try communicator.finalize()
    }
  }

  private func measure(_ communicator: any Communicator) throws -> [BenchResult] {
    var configuration = RunConfiguration()
    try model.apply(to: &configuration)
    try step.apply(to: &configuration)
    let batchSizes = sweep?.values ?? [configuration.training.batchSize]
    try communicator.agree(phase: "reading the settings") {
      for rows in batchSizes {
        configuration.training.batchSize = rows
        try configuration.validate()
      }
    }
    let environment = try RankEnvironment(
      usefulRanks: configuration.usefulRanks(featureCount: features),
      programVersion: CommandLineProgram.version, communicator: communicator)
    for line in environment.notes { Failure.printError("note: \(line)") }
    return try batchSizes.map { rows in
      configuration.training.batchSize = rows
      return try StepBenchmark(
        configuration: configuration, featureCount: features, steps: steps, temperature: temperature,
        communicator: communicator
      ).run()
    }
  }

  private func show(_ results: [BenchResult]) throws {
    try json.print(results, keys: .convertToSnakeCase, text: BenchTableText.text(of: results))
  }
}
