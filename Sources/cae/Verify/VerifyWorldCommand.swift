import ArgumentParser
import AtomicFile
import Communication
import ConfigurationYAML
import Diagnostics
import Foundation
import LinearAlgebra
import RankSetup
import RunSettings
import RunStore

/// `cae verify-world`: the first steps of a run on several numbers of ranks, compared bit by bit.
struct VerifyWorldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-world",
    abstract: "Check on your own machines that a run gives the same bits on any number of ranks.",
    discussion: """
      Start it with as many workers, or under mpirun with as many ranks, as you want to try at the most: it trains the run's first steps with \
      some of them, again with others, with shared memory and with copies, and compares SHA-256 of all that came \
      out. It writes nothing. Equal: code 0; different: code 6.
      """
        + HelpDetail.examples(
          "cae verify-world runs/a --workers 4",
          "mpirun -n 4 cae verify-world runs/a --ranks 1,2,4"))

  /// The settings that may take another value than the run's.
  enum Changes: SettingList {
    static let settings = Setting.all("data")
    static let defaultText: String? = "the run's"
  }

  @Argument(help: ArgumentHelp("A run directory, or a YAML file with settings.", valueName: "run"))
  var source: String

  @Option(
    help: ArgumentHelp(
      "Numbers of ranks to try, such as 1,2,3,4. (default: 1 to 4, then doubled, up to all)",
      valueName: "counts"))
  var ranks: IntegerList?

  @Option(parsing: .unconditional, help: ArgumentHelp("Steps to train each time.", valueName: "count"))
  var steps = 200

  @OptionGroup var workers: RankOptions
  @OptionGroup var changes: SettingOptions<Changes>

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps: \(steps) is not at least 1") }
    if let ranks, ranks.values.isEmpty { throw ValidationError("--ranks: no numbers are given") }
  }

  func run() throws {
    try workers.run { communicator in
      try verify(communicator)
      try communicator.finalize()
      if communicator.isRoot { RunOutput.exitIfLost() }
    }
  }

  private func verify(_ communicator: any Communicator) throws {
    let text = try communicator.agree(phase: "reading the settings") {
      communicator.isRoot ? ConfigurationFile.text(of: try settings()) : ""
    }
    let configuration = try ConfigurationFile(
      text: try communicator.broadcast(text), path: "settings from rank 0"
    ).wholeConfiguration()
    let environment = try RankEnvironment(
      programVersion: CommandLineProgram.version, communicator: communicator)
    for line in environment.notes { Failure.printError("note: \(line)") }
    let counts = ranks?.values ?? WorldCheck.defaultRankCounts(size: communicator.size)
    let check = WorldCheck(
      configuration: configuration, dataHash: communicator.isRoot ? dataHash : nil, steps: steps,
      communicator: communicator)
    try communicator.agree(phase: "reading the options") { try check.validate(counts) }
    if communicator.isRoot { RunOutput.print(head(configuration)) }
    let outcomes = try check.run(rankCounts: counts) { RunOutput.print(Self.line($0)) }
    guard communicator.isRoot else { return }
    if let error = WorldCheckError(outcomes) { throw error }
    RunOutput.print(
      outcomes.count == 1
        ? "tried once only: give several numbers by --ranks, with as many --workers or ranks"
        : "\(outcomes[0].steps) steps: the same bits every time")
  }

  /// The hash of the data that the run was made with, where a checkpoint tells.
  private var dataHash: String? {
    (try? RunDirectory(path: source).checkpoints.newest())??.checkpoint.facts.data.contentHash
  }

  private func settings() throws -> RunConfiguration {
    let directory = RunDirectory(path: source)
    let file = try ConfigurationFile(yamlAt: directory.holdsRun ? directory.configuration : source)
    var configuration = (try file.recipe() ?? .default).configuration
    try file.apply(to: &configuration)
    try changes.apply(to: &configuration)
    if configuration.data.path.isEmpty { configuration.data.path = DataLocation.found() ?? "" }
    try configuration.validate()
    return configuration
  }

  private func head(_ configuration: RunConfiguration) -> String {
    return """
      the first steps of \(source), \(NumericKernels.description)
      \(Self.row(["ranks", "nodes", "memory", "loss", "validation", "SHA-256"]))
      """
  }

  private static func line(_ outcome: WorldCheckOutcome) -> String {
    row([
      "\(outcome.ranks)", "\(outcome.nodes)", outcome.sharesMemory ? "shared" : "own",
      String(format: "%.6f", outcome.loss), outcome.validationLoss.map { String(format: "%.6f", $0) } ?? "-",
      String(outcome.hash.prefix(32)),
    ])
  }

  private static func row(_ cells: [String]) -> String {
    zip(cells, [5, 7, 8, 11, 12, 0]).map { cell, width in
      String(repeating: " ", count: max(0, width - cell.count)) + cell
    }.joined(separator: " ")
  }
}
