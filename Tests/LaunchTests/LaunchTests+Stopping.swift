import DistributedTraining
import Foundation
import ProcessSupport
import RunStore
import Testing

extension LaunchTests {
  @Test(
    "A run that was cut and resumed ends with the bytes of an unbroken one",
    arguments: [
      Cut(
        text: "SIGUSR1 to mpirun, twice", ranks: 2, signal: SIGUSR1, target: .launcher, ending: .exited(75),
        times: 2),
      Cut(
        text: "SIGUSR1 to mpirun, 3 ranks", ranks: 3, signal: SIGUSR1, target: .launcher, ending: .exited(75)),
      Cut(
        text: "SIGTERM to mpirun", ranks: 2, signal: SIGTERM, target: .launcher,
        ending: Launcher.endingWhenToldToEnd),
      Cut(
        text: "SIGINT to mpirun", ranks: 2, signal: SIGINT, target: .launcher,
        ending: Launcher.endingWhenToldToEnd),
      Cut(text: "SIGTERM to every rank", ranks: 2, signal: SIGTERM, target: .allRanks, ending: .exited(75)),
      Cut(text: "SIGUSR1 to rank 1 alone", ranks: 2, signal: SIGUSR1, target: .rank(1), ending: .exited(75)),
      Cut(
        text: "SIGKILL of rank 1", ranks: 2, signal: SIGKILL, target: .rank(1),
        ending: Launcher.ending(afterDeathBy: SIGKILL),
        isSaved: false),
      Cut(
        text: "SIGKILL of rank 0", ranks: 2, signal: SIGKILL, target: .rank(0),
        ending: Launcher.ending(afterDeathBy: SIGKILL),
        isSaved: false),
      Cut(
        text: "SIGTERM to a plain process", ranks: nil, signal: SIGTERM, target: .launcher,
        ending: .exited(75)),
      Cut(
        text: "SIGHUP to a plain process", ranks: nil, signal: SIGHUP, target: .launcher, ending: .exited(75)),
      Cut(
        text: "SIGUSR2 to a plain process", ranks: nil, signal: SIGUSR2, target: .launcher,
        ending: .exited(75)),
      Cut(
        text: "SIGINT to a plain process", ranks: nil, signal: SIGINT, target: .launcher, ending: .exited(75)),
    ])
  func stopAndGoOn(_ cut: Cut) throws {
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.file("run"))
    var options = try Self.longRun + ["--run-dir", run.path]
    // Only a signal saves, unless the cut is such that nothing can.
    options += ["--checkpoint-every", cut.isSaved ? "1000000" : "8"]
    options += cut.workers.map { ["--workers", "\($0)"] } ?? []
    var reached = 0
    for _ in 0..<cut.times {
      let job = try Launcher.start(
        ranks: cut.ranks, options + (reached > 0 ? ["--resume"] : []), in: directory.path)
      // The save of step 16 has waited for that of step 8: after it a kill finds a checkpoint.
      reached = try waitForStep(reached + (cut.isSaved ? 10 : 18), of: run, job: job)
      cut.apply(to: job, run: run.path)
      let result = job.result(timeout: 60)
      #expect(
        result.ending == cut.ending
          || cut.ending == .exited(75) && Launcher.ended(result, withCodeOfRank: 75),
        "\(result)")
      #expect(RunningProcesses.leftOver(mentioning: run.path, timeout: 5) == [])
      let saved = try #require(run.checkpoints.steps().last, "\(result)")
      #expect(
        saved < Self.longRunSteps, "the run was over before it was cut: it is too short for this machine")
      if cut.isSaved {
        #expect(saved >= reached)
        #expect(
          result.output.contains("saved at step \(saved) and stopped; go on with --resume"), "\(result)")
      }
      #expect(!FileManager.default.fileExists(atPath: run.model))
      reached = saved
    }
    let rest = try Launcher.run(ranks: cut.ranks, options + ["--resume"], in: directory.path)
    #expect(rest.ending == .exited(0), "\(rest)")
    #expect(rest.output.contains("note: going on from step \(reached) "), "\(rest)")
    #expect(try TrainedModel(run: run.path).bytes == Unbroken.model(ranks: cut.ranks ?? cut.workers ?? 1))
    let steps = try metricsSteps(of: run)
    // When the launcher is ending the job there is time for the checkpoint only, not for the step's line.
    let isHurried = cut.ending == Launcher.endingWhenToldToEnd
    #expect(steps == (1...Self.longRunSteps).filter { !isHurried || $0 != reached || steps.contains($0) })
  }

  @Test(
    "A rank that hangs ends the job with the code for that, and is named", arguments: ["start", "training"])
  func stalled(phase: String) throws {
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.file("run"))
    let job = try Launcher.start(
      ranks: 2, try Self.longRun + ["--run-dir", run.path, "--stall-timeout", "2"], in: directory.path)
    if phase == "start" {
      // The watch begins before rank 0 takes the run directory.
      while job.isRunning, !FileManager.default.fileExists(atPath: run.path) { usleep(1_000) }
    } else {
      _ = try waitForStep(5, of: run, job: job)
    }
    let hang = Cut(text: "", ranks: 2, signal: SIGSTOP, target: .rank(1), ending: .exited(8))
    hang.apply(to: job, run: run.path)
    let result = job.result(timeout: 30)
    #expect(result.ending == hang.ending, "\(result)")
    #expect(result.errorOutput.contains(/rank 1 on \S+ has not run for \d+ s, since it was .+/), "\(result)")
    #expect(RunningProcesses.leftOver(mentioning: run.path, timeout: 10) == [])
  }

  /// Steps of `longRun`.
  static let longRunSteps = 280

  /// Long enough to be cut: its steps are heavy, and so is nothing else about it.
  static var longRun: [String] {
    get throws {
      [
        "train", "--data", try Datasets.shared.get().digits, "--epochs", "70", "--batch-size", "540", "--k",
        "40", "--hidden", "800", "--validation-fraction", "0", "--log-every", "1", "--snapshot-epochs",
        "none",
      ]
    }
  }

  private func metricsSteps(of run: RunDirectory) throws -> [Int] {
    try String(contentsOfFile: run.metrics, encoding: .utf8).split(separator: "\n").map { line in
      try JSONDecoder().decode(MetricsRecord.self, from: Data(line.utf8)).step
    }
  }

  /// Waits until a run's metrics tell of `step`; gives the step that they tell of by then.
  func waitForStep(_ step: Int, of run: RunDirectory, job: ChildProcess) throws -> Int {
    let limit = Date(timeIntervalSinceNow: 60)
    while job.isRunning && Date() < limit {
      let lines =
        (try? String(contentsOfFile: run.metrics, encoding: .utf8).split(separator: "\n").count) ?? 0
      if lines >= step { return lines }
      Thread.sleep(forTimeInterval: 0.01)
    }
    Issue.record("the job did not come to step \(step): \(job.result(timeout: 0))")
    throw CancellationError()
  }
}

/// The models of unbroken runs of `longRun`, each made once.
enum Unbroken {
  private static let models: [Int: Result<Data, any Error>] = [1: make(1), 2: make(2), 3: make(3)]

  /// The bytes of `model.safetensors` for a number of ranks.
  static func model(ranks: Int) throws -> Data { try models[ranks]!.get() }

  private static func make(_ ranks: Int) -> Result<Data, any Error> {
    Result {
      let directory = try TemporaryDirectory()
      let result = try Launcher.run(
        ranks: ranks, try LaunchTests.longRun + ["--run-dir", "run"], in: directory.path)
      #expect(result.ending == .exited(0), "\(result)")
      return try TrainedModel(run: directory.file("run")).bytes
    }
  }
}
