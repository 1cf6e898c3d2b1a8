import ArgumentParser
import AtomicFile
import Communication
import DistributedTraining
import LinearAlgebra
import RunSettings
import Tables
import Foundation

/// `cae`: the command line.
@main
struct CommandLineProgram: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "cae",
    abstract: "Select the K features from which a decoder best rebuilds all D: a concrete autoencoder.",
    discussion: """
      Alone it is one process; under `mpirun -n N cae train ...` N processes share the work, on one machine or many.

      Exit codes: 0 done, 1 something to mend (doctor), 2 usage, 3 data, 4 checkpoint unusable or of \
      another run, 5 input or output, 6 ranks differ, 7 not finite, 8 stalled, 75 saved and stopped (start again with --resume).

      Completions for bash, zsh and fish: cae --generate-completion-script bash.
      """
        + HelpDetail.examples(
          "cae train --data table.csv -k 8 --run-dir runs/a", "cae select runs/a",
          "mpirun -n 2 cae train --data table.csv -k 8 --run-dir runs/b", "cae help train"),
    version: version,
    subcommands: [
      TrainCommand.self, SelectCommand.self, ReportCommand.self, TransformCommand.self, ImputeCommand.self,
      ExportCommand.self,
      PredictCommand.self,
      EvaluateCommand.self,
      CompareCommand.self, StabilityCommand.self, InspectCommand.self, DataCommand.self,
      ReadTableCommand.self, WatchCommand.self,
      DoctorCommand.self,
      BenchCommand.self, VerifyWorldCommand.self,
    ])

  static func main() {
    StandardStreams.prepare()
    Messages.form = Messages.Form.asked(in: CommandLine.arguments)
    let launch = LaunchEnvironment(ProcessInfo.processInfo.environment)
    do {
      try SignalFlags.watchFiles()
      // Before anything that takes time: a signal that comes first would end the process unheard.
      let stopping: [any ParsableCommand.Type] = [TrainCommand.self, StabilityCommand.self]
      if stopping.contains(where: { $0._commandName == CommandLine.arguments.dropFirst().first }) {
        try SignalFlags.install(launched: launch.launcher != nil)
      }
      try checkSubcommand(CommandLine.arguments.dropFirst())
      ReaderProcess.program = "/proc/self/exe"
      var command = try parseAsRoot(HelpDetail.parsed(Array(CommandLine.arguments.dropFirst())))
      if !launch.isRoot, (command as? any RankZeroCommand)?.worksAlone == true { return }
      try BLASRuntime.requireRoom(threads: 1)
      try command.run()
    } catch {
      Failure(error).exit(asRoot: launch.isRoot)
    }
  }

  /// Throws what the argument parser says of a mistyped subcommand, and what may have been meant.
  private static func checkSubcommand(_ arguments: ArraySlice<String>) throws {
    var command: any ParsableCommand.Type = Self.self
    for word in arguments.prefix(while: { !$0.hasPrefix("-") && $0 != "help" }) {
      let subcommands = command.configuration.subcommands
      if subcommands.isEmpty { return }
      guard let next = subcommands.first(where: { $0._commandName == word }) else {
        let known = subcommands.map { $0._commandName } + ["help"]
        guard let meant = NearestName.of(word, among: known) else { return }
        throw ValidationError("Unexpected argument '\(word)'. Did you mean '\(meant)'?")
      }
      command = next
    }
  }
}
