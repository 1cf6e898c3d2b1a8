import ArgumentParser
import Communication
import FeatureSelection
import Foundation
import RunSettings

/// `cae stability`: how far selections from other seeds and other draws of the rows agree.
struct StabilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stability", abstract: "Select several times from draws of the rows, and compare.",
    discussion: """
      Every selection is a run like `cae train`'s, with a seed and a draw of the training rows of its own \
      (--row-draw), in a directory below --run-dir. Under mpirun they are made side by side, each on --ranks-per-run \
      ranks. How often a feature is selected, it or a copy of it, and how far two selections agree goes to \
      stability.json. --resume makes those that are missing. Help shows the options that most runs need; --help-all shows every one.
      """
        + HelpDetail.examples(
          "cae stability --data proteins.csv --id MouseID -k 8 --run-dir runs/s",
          "mpirun -n 2 cae stability --data data/mnist -k 50 --runs 20 \\\n      --run-dir runs/s"))

  @Option(help: ArgumentHelp("Selections to make.", valueName: "count"))
  var runs = 10

  @Option(help: ArgumentHelp("Ranks that work on a selection together.", valueName: "count"))
  var ranksPerRun = 1

  @Option(help: ArgumentHelp("YAML file with the same names as the options.", valueName: "file"))
  var config: String?

  @Flag(help: "Go on with the selections in --run-dir.")
  var resume = false

  @OptionGroup var messages: MessageOptions
  @OptionGroup var ranks: RankOptions
  @OptionGroup var settings: RunOptions

  func run() throws { try ranks.run(settings.outline(file: config, resume: resume), select) }

  private func select(_ communicator: any Communicator) throws {
    let outcome = try StabilityRun(
      request: { try settings.request(file: config, resume: resume, defaults: Self.defaults) }, runs: runs,
      ranksPerRun: ranksPerRun, programVersion: CommandLineProgram.version, communicator: communicator,
      log: messages.begin()
    ).run(report: show)
    if communicator.isRoot, !messages.quiet, let stability = outcome.stability {
      RunOutput.print(ResultTables.stability(stability, losses: outcome.losses))
      RunOutput.print("stability  \(outcome.path ?? "")")
    } else if communicator.isRoot, !messages.quiet {
      RunOutput.print("stopped; go on with --resume")
    }
    try communicator.finalize()
    if outcome.stability == nil, communicator.isRoot {
      RunOutput.reportLoss()
      communicator.exit(code: ExitStatus.stopped.rawValue)
    }
    if communicator.isRoot { RunOutput.exitIfLost() }
  }

  /// Rows are drawn with replacement unless the user says otherwise, and nothing is drawn.
  private static func defaults(_ configuration: inout RunConfiguration) {
    configuration.training.rowDraw = .bootstrap
    configuration.output.snapshotEpochs = []
  }

  private func show(_ report: StabilityRun.Report) {
    guard !messages.quiet else { return }
    let loss = report.loss.map { String(format: ", held-out loss %.4g", $0) } ?? ""
    let time = report.seconds.map { String(format: "%.1f s", $0) } ?? "made before"
    RunOutput.print("run \(report.run) of \(runs): \(time)\(loss)")
  }
}
