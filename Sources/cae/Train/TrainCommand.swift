import ArgumentParser
import AtomicFile
import Communication
import FeatureSelection
import Foundation
import RunSettings

/// `cae train`: a run from its first step, or from its newest checkpoint, to its end.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a concrete autoencoder and select features.",
    discussion: """
      Options win over the configuration file, which wins over the recipe. SIGINT, SIGTERM, SIGHUP, SIGUSR1 and \
      SIGUSR2 (to mpirun, if there is one) save at the next step and end with code 75; --resume goes on from there. \
      After the first three mpirun itself ends with code 1.

      Help shows the options that most runs need; --help-all shows every one.
      """
        + HelpDetail.examples(
          "cae train --data proteins.csv --id MouseID -k 8 --run-dir runs/p",
          "cae train --data cells.h5ad --exclude 'MT-*' -k 64 --run-dir runs/genes",
          "mpirun -n 2 cae train --data data/mnist -k 50 --run-dir runs/a --resume",
          "cae train --data data/mnist -k 50 --write-config mnist.yaml",
          "cae train --config mnist.yaml --run-dir runs/b"))

  @Option(help: ArgumentHelp("YAML file with the same names as the options.", valueName: "file"))
  var config: String?

  @Flag(help: "Go on with the run in --run-dir from its newest checkpoint, or start it if there is none.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Write every setting with its help to this YAML file (- for standard output), those given set, and end.",
      valueName: "file"))
  var writeConfig: String?

  @OptionGroup var messages: MessageOptions
  @OptionGroup var ranks: RankOptions
  @OptionGroup var settings: RunOptions

  func run() throws {
    if let writeConfig {
      guard LaunchEnvironment(ProcessInfo.processInfo.environment).isRoot else { return }
      let file = try ByteOutputs.open(writeConfig)
      try file.append(try settings.template(file: config))
      return try file.commit()
    }
    try ranks.run(settings.outline(file: config, resume: resume), makesWatchdog: true, train)
  }

  private func train(_ communicator: any Communicator) throws {
    let log = messages.begin()
    let session = try TrainingSession(
      request: { try settings.request(file: config, resume: resume) },
      programVersion: CommandLineProgram.version, communicator: communicator,
      log: log)
    let speaks = communicator.isRoot && !messages.quiet
    let observer = communicator.isRoot ? RunObserver(session: session, speaks: speaks) : nil
    if speaks { RunSummary.printStart(session) }
    var stages = SelectionStages.standard
    stages.append(ReportStage(observer: observer))
    let run = SelectionRun(
      session, communicator: communicator, observer: observer, stages: stages)
    try run.run { result in
      observer?.endProgress()
      if case .stopped(let step, let atOnce) = result.outcome {
        stop(session, communicator, step: step, atOnce: atOnce)
      }
      if speaks { RunSummary.printEnd(result, session) }
    }
    // The watch goes on while the ranks say good-bye.
    try withExtendedLifetime(session) { try communicator.finalize() }
    if communicator.isRoot { RunOutput.exitIfLost() }
  }

  private func stop(
    _ session: TrainingSession, _ communicator: any Communicator, step: Int, atOnce: Bool
  ) -> Never {
    var isSaved = true
    if communicator.isRoot {
      let last = session.directory.checkpoints.steps().last
      isSaved = step == 0 || last == step
      if !messages.quiet {
        RunOutput.print(
          Self.end(step: step, lastSaved: last) + " with --resume --run-dir \(session.directory.path)")
      }
      RunOutput.reportLoss()
    }
    // Where the launcher is ending the job, rank 0's code is what counts.
    if !atOnce, let least = try? communicator.allReduce(Int64(isSaved ? 1 : 0), .min) { isSaved = least == 1 }
    leave(communicator, isSaved ? .stopped : .inputOutput, atOnce: atOnce)
  }

  private static func end(step: Int, lastSaved: Int?) -> String {
    if step == 0 { return "stopped before the first step; start" }
    guard lastSaved != step else { return "saved at step \(step) and stopped; go on" }
    return "stopped at step \(step), which could not be saved; "
      + (lastSaved.map { "go on from step \($0)" } ?? "start again")
  }

  /// Ends after a stop. When the launcher is ending the job, `finalize` would wait for ranks that are gone;
  /// the others then stay until rank 0, whose end is everybody's, has saved.
  private func leave(_ communicator: any Communicator, _ status: ExitStatus, atOnce: Bool) -> Never {
    if atOnce {
      if !communicator.isRoot { Thread.sleep(forTimeInterval: 5) }
      _exit(status.rawValue)
    }
    try? communicator.finalize()
    communicator.exit(code: status.rawValue)
  }
}
