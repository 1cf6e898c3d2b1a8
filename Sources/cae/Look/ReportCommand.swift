import ArgumentParser
import AtomicFile
import Communication
import FeatureSelection
import Foundation
import RankSetup
import ReportPage
import RunStore

/// `cae report`: the page that shows a run.
struct ReportCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show a run as one HTML page that needs nothing beside itself.",
    discussion: """
      The page that `cae train` leaves at the end, made again from what the run directory holds. Plots of true against \
      rebuilt values need the run's data where they were; the rest does not.
      """
        + HelpDetail.examples(
          "cae report runs/a",
          "cae report runs/a --output page.html", "cae report runs/a --stability runs/stability"))

  @Argument(help: ArgumentHelp("A run directory.", valueName: "run"))
  var source: String

  @Option(
    help: ArgumentHelp("Where to write it (default: report.html in the run directory).", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Also show how stable the selection is: the directory of a `cae stability` of the same data.",
      valueName: "directory"))
  var stability: String?

  func run() throws {
    if output == "-" { throw ValidationError("--output: a page is a file; give its name") }
    let run = try StoredRun.noted(source)
    guard FileManager.default.fileExists(atPath: run.directory.configuration) else {
      throw RunDirectoryError(
        "\(source) is no run directory: a report needs more than a model; give the directory")
    }
    _ = try RankEnvironment(
      programVersion: CommandLineProgram.version, communicator: LocalCommunicator())
    let path = output ?? run.directory.report
    var report = try RunReport(run)
    if let rebuilt = report.rebuilt, rebuilt.overall == nil {
      Failure.printError(
        "cae: note: the rows held out for the run cannot be read where it had them (\(report.configuration.data.path)): the page "
          + "says what linear regression explains instead of the decoder; if the file has not changed since, run it in the directory "
          + "that the run was started in"
      )
    }
    if let stability {
      let file = try StabilityFile.read(in: stability)
      guard file.dataHash == run.bundle.data.contentHash else {
        throw RunDirectoryError("--stability: \(stability) was made from other data than \(source)")
      }
      report.stability = file.stability
    }
    try report.write(to: path)
    try StandardOutput.print(path)
  }
}
