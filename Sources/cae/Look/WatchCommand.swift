import ArgumentParser
import AtomicFile
import FeatureSelection
import Foundation
import RunSettings
import RunStore

/// `cae watch`: how far a run is that goes on elsewhere.
struct WatchCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follow a run from another terminal, until it ends.",
    discussion: """
      Reads what the run leaves in its directory and changes nothing. On a terminal one line is rewritten; elsewhere a line \
      is printed for each line of metrics, five seconds apart at the least. Ends with 0 once the run is done, and with 75 \
      where it ended before.
      """
        + HelpDetail.examples(
          "cae watch runs/a"))

  @Argument(help: ArgumentHelp("A run directory.", valueName: "run"))
  var source: String

  func run() throws {
    let directory = RunDirectory(path: source)
    guard FileManager.default.fileExists(atPath: directory.configuration) else {
      throw RunDirectoryError("\(source) holds no run yet; give the --run-dir of one that has begun")
    }
    var watch = RunWatch(
      directory, try ConfigurationFile(path: directory.configuration).wholeConfiguration())
    guard try watch.follow() else { Foundation.exit(ExitStatus.stopped.rawValue) }
  }
}
