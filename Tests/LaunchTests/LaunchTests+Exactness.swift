import DistributedTraining
import Foundation
import ProcessSupport
import RunStore
import Testing

/// A run on several numbers of ranks: its settings beside the data.
struct ExactCase: Sendable, CustomTestStringConvertible {
  let text: String
  var isWide = false
  let options: [String]

  var testDescription: String { text }

  static let all = [
    ExactCase(text: "the default recipe", options: []),
    ExactCase(
      text: "hard, both dropouts, diversity, layer norm, batches that do not divide evenly",
      options: [
        "--hard", "--logits-dropout", "0.2", "--gjs-weight", "0.01", "--hidden", "40,30", "--dropout", "0.2",
        "--layer-norm", "--batch-size", "101", "--micro-batches", "7",
      ]),
    ExactCase(text: "features in several blocks", isWide: true, options: ["--hidden", "20"]),
    ExactCase(
      text: "classification, noise for each row",
      options: ["--task", "classify", "--noise-groups", "0", "--k", "5", "--batch-size", "60"] + []),
  ]
}

extension LaunchTests {
  /// Trains; the model's bytes and the metrics that do not speak of time.
  private func exactRun(
    _ name: String, ranks: Int?, isWide: Bool = false, binding: [String] = [], _ options: [String],
    in directory: TemporaryDirectory
  ) throws -> (model: Data, metrics: [[Double]]) {
    let datasets = try Datasets.shared.get()
    let data = isWide ? datasets.wide : datasets.digits
    let result = try Launcher.run(
      ranks: ranks, binding: binding,
      ["train", "--data", data, "--k", "12", "--epochs", "2", "--log-every", "5"]
        + ["--validation-fraction", "0.3", "--snapshot-epochs", "none", "--run-dir", name] + options,
      in: directory.path, timeout: 180)
    #expect(result.ending == .exited(0), "\(result)")
    let run = RunDirectory(path: directory.file(name))
    return (try TrainedModel(run: run.path).bytes, try Self.metrics(of: run))
  }

  private static func metrics(of run: RunDirectory) throws -> [[Double]] {
    try String(contentsOfFile: run.metrics, encoding: .utf8).split(separator: "\n").map { line in
      let record = try JSONDecoder().decode(MetricsRecord.self, from: Data(line.utf8))
      return [
        Double(record.step), record.loss, record.objective.value, record.gjs, record.meanMax,
        Double(record.distinct),
      ] + record.validation.map(\.value)
    }
  }

  // MPICH's ranks take no turns while they wait: more of them than cores are slow.
  @Test("Exact: the same bytes and the same metrics on 1 to 16 ranks", arguments: ExactCase.all)
  func exactOnAnyRanks(_ test: ExactCase) throws {
    let directory = try TemporaryDirectory()
    let alone = try exactRun("alone", ranks: nil, isWide: test.isWide, test.options, in: directory)
    #expect(alone.metrics.count >= 2)
    for ranks in Launcher.isMPICH ? [1, 2, 3] : [1, 2, 3, 4, 5, 7, 8, 16] {
      let together = try exactRun(
        "ranks-\(ranks)", ranks: ranks, isWide: test.isWide, test.options, in: directory)
      #expect(together.model == alone.model, "\(ranks) ranks")
      #expect(together.metrics == alone.metrics, "\(ranks) ranks")
    }
  }

  @Test(
    "Exact: the same bytes whatever all-reduce Open MPI is told to use, with shared memory and without",
    .enabled(if: !Launcher.isMPICH, "mpirun is MPICH's"), arguments: 1...6)
  func exactWithAnyAllReduce(_ algorithm: Int) throws {
    let directory = try TemporaryDirectory()
    let alone = try exactRun("alone", ranks: nil, [], in: directory)
    let forced = [
      "--mca", "coll_tuned_use_dynamic_rules", "1", "--mca", "coll_tuned_allreduce_algorithm", "\(algorithm)",
      "--mca", "coll_tuned_alltoallv_algorithm", "\(1 + algorithm % 2)",
      "--mca", "coll_tuned_allgatherv_algorithm", "\(1 + algorithm % 4)",
    ]
    for (name, options) in [("shared", []), ("own", ["--no-share-memory"])] {
      let together = try exactRun(name, ranks: 4, binding: forced, options, in: directory)
      #expect(together.model == alone.model, "\(name)")
      #expect(together.metrics == alone.metrics, "\(name)")
    }
  }

  @Test("Exact: killed and resumed on 1, 4, 3, 8 and 1 ranks, the bytes are those of an unbroken run")
  func exactChain() throws {
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.file("run"))
    let options =
      try Self.longRun + ["--micro-batches", "6", "--checkpoint-every", "4"]
    let unbroken = try Launcher.run(
      ranks: 2, options + ["--run-dir", directory.file("unbroken")], in: directory.path)
    #expect(unbroken.ending == .exited(0), "\(unbroken)")
    var reached = 0
    let (second, last) = Launcher.isMPICH ? (2, 2) : (4, 8)
    for (ranks, signal) in [(1, SIGKILL), (second, SIGUSR1), (3, SIGKILL), (last, SIGUSR1)] {
      let resume = reached > 0 ? ["--resume"] : []
      let job = try Launcher.start(
        ranks: ranks, options + ["--run-dir", run.path] + resume, in: directory.path)
      _ = try waitForStep(reached + 10, of: run, job: job)
      let cut = Cut(
        text: "", ranks: ranks, signal: signal, target: signal == SIGKILL ? .rank(ranks - 1) : .launcher,
        ending: signal == SIGKILL ? Launcher.ending(afterDeathBy: signal) : .exited(75))
      cut.apply(to: job, run: run.path)
      let result = job.result(timeout: 60)
      #expect(
        signal == SIGUSR1 ? Launcher.ended(result, withCodeOfRank: 75) : result.ending == cut.ending,
        "\(result)")
      reached = try #require(run.checkpoints.steps().last, "\(result)")
      #expect(reached < Self.longRunSteps, "the run was over before it was cut")
    }
    let rest = try Launcher.run(ranks: 1, options + ["--run-dir", run.path, "--resume"], in: directory.path)
    #expect(rest.ending == .exited(0), "\(rest)")
    let expected = try TrainedModel(run: directory.file("unbroken")).bytes
    #expect(try TrainedModel(run: run.path).bytes == expected)
    #expect(try Self.metrics(of: run) == Self.metrics(of: RunDirectory(path: directory.file("unbroken"))))
  }

  @Test("verify-world: the same bits on several numbers of ranks")
  func verifyWorld() throws {
    let directory = try TemporaryDirectory()
    _ = try exactRun("run", ranks: nil, [], in: directory)
    let arguments = ["verify-world", "run", "--ranks", "1,2,3,4", "--steps", "12"]
    let equal = try Launcher.run(ranks: 4, arguments, in: directory.path)
    #expect(equal.ending == .exited(0), "\(equal)")
    #expect(equal.output.contains("the same bits every time"), "\(equal)")
    let tooMany = try Launcher.run(ranks: 2, arguments, in: directory.path)
    #expect(tooMany.ending == .exited(2), "\(tooMany)")
    #expect(tooMany.errorOutput.contains("3 ranks, but the job has 2"), "\(tooMany)")
  }
}
