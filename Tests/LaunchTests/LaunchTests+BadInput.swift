import Foundation
import ProcessSupport
import RunStore
import Testing

/// Options that cannot be used, under mpirun.
struct BadLaunch: Sendable, CustomTestStringConvertible {
  let text: String
  let options: [String]
  let code: Int32
  /// What the one message says.
  let message: String

  var testDescription: String { text }
}

extension LaunchTests {
  @Test(
    "Bad input on all ranks: one message, the documented code, nobody left",
    arguments: [
      BadLaunch(
        text: "unknown option", options: ["--batchsize", "3"], code: 2,
        message: "Did you mean '--batch-size'?"),
      BadLaunch(text: "value out of range", options: ["--k", "0"], code: 2, message: "--k: 0 is not"),
      BadLaunch(text: "more features than there are", options: ["--k", "785"], code: 2, message: "only 784"),
      BadLaunch(
        text: "configuration missing", options: ["--config", "no.yaml"], code: 2, message: "no.yaml"),
      BadLaunch(
        text: "data missing", options: ["--data", "nowhere"], code: 3, message: "no data in nowhere"),
      BadLaunch(
        text: "unwritable run directory", options: ["--run-dir", "/proc/run"], code: 5, message: "/proc/run"),
      BadLaunch(
        text: "loss not finite", options: ["--learning-rate", "1e30"], code: 7,
        message: "is not finite at step"),
    ])
  func badInput(_ input: BadLaunch) throws {
    let directory = try TemporaryDirectory()
    // Later options win, so the bad one comes last; the run directory's whole path tells the processes.
    let options = try Self.shortRun + ["--run-dir", directory.file("run")] + input.options
    let result = try Launcher.run(ranks: 2, options, in: directory.path, timeout: 30)
    #expect(Launcher.ended(result, withCodeOfRank: input.code), "\(result)")
    expectOneMessage(input.message, in: result)
    #expect(RunningProcesses.leftOver(mentioning: directory.path, timeout: 5) == [])
    #expect(result.seconds < 15)
  }

  @Test("Data that only one rank lacks: its own message, code 3, nobody left", arguments: [0, 1])
  func dataMissing(onRank lacking: Int) throws {
    let result = try runWithOwnDirectories(data: [0, 1].map { $0 == lacking ? nil : "digits" })
    #expect(Launcher.ended(result, withCodeOfRank: 3), "\(result)")
    expectOneMessage("rank \(lacking) on", in: result)
    expectOneMessage("no data in here", in: result)
  }

  @Test("Data that differ between ranks: the field is named, code 6, nobody left")
  func dataDiffer() throws {
    let result = try runWithOwnDirectories(data: ["digits", "others"])
    #expect(result.ending == .exited(6), "\(result)")
    expectOneMessage("training data (SHA-256)", in: result)
  }

  /// Starts two ranks in directories of their own, in each of which `here` is another dataset or none.
  private func runWithOwnDirectories(data: [String?]) throws -> ProcessResult {
    let directory = try TemporaryDirectory()
    let datasets = try Datasets.shared.get()
    let cae = try Program.cae()
    var launch = Launcher.anywhere
    for (rank, name) in data.enumerated() {
      let own = directory.file("rank-\(rank)")
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
      if let name {
        try FileManager.default.createSymbolicLink(
          atPath: "\(own)/here", withDestinationPath: name == "digits" ? datasets.digits : datasets.others)
      }
      launch += (rank > 0 ? [":"] : []) + ["-n", "1", "-wdir", own, cae.path]
      let options = try Self.shortRun.map { $0 == datasets.digits ? "here" : $0 }
      launch += options + ["--run-dir", directory.file("run")]
    }
    let result = try Launcher.start(mpirun: launch, in: directory.path).result(timeout: 30)
    #expect(RunningProcesses.leftOver(mentioning: directory.path, timeout: 5) == [])
    #expect(!FileManager.default.fileExists(atPath: directory.file("run")))
    return result
  }

  @Test("A run directory that another job is using is refused, and that job goes on")
  func inUse() throws {
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.file("run"))
    let options = try Self.longRun + ["--run-dir", run.path, "--epochs", "1000", "--resume"]
    let first = try Launcher.start(ranks: 2, options, in: directory.path)
    let limit = Date(timeIntervalSinceNow: 60)
    while !FileManager.default.fileExists(atPath: run.metrics), Date() < limit {
      Thread.sleep(forTimeInterval: 0.02)
    }
    let second = try Launcher.run(ranks: 2, options, in: directory.path, timeout: 30)
    #expect(Launcher.ended(second, withCodeOfRank: 2), "\(second)")
    expectOneMessage("is in use by another job (host ", in: second)
    #expect(first.isRunning)
    first.send(SIGUSR1)
    let result = first.result(timeout: 30)
    #expect(Launcher.ended(result, withCodeOfRank: 75), "\(result)")
  }

  @Test("Rank 0 alone prints", arguments: [1, 2, 3, 4])
  func onlyRankZeroPrints(ranks: Int) throws {
    let directory = try TemporaryDirectory()
    let result = try Launcher.run(
      ranks: ranks, try Self.shortRun + ["--run-dir", "run"], in: directory.path)
    #expect(result.ending == .exited(0), "\(result)")
    #expect(result.errorOutput.isEmpty, "\(result)")
    let lines = result.output.split(separator: "\n")
    #expect(Set(lines).count == lines.count, "a line was printed twice: \(result)")
    #expect(
      lines.filter { $0.hasPrefix(ranks == 1 ? "1 rank on 1 node" : "\(ranks) ranks on 1 node") }.count == 1)
    #expect(lines.filter { $0.hasPrefix("model  ") }.count == 1)
  }

  @Test("Commands that look at runs or use them print once under mpirun")
  func lookingPrintsOnce() throws {
    let directory = try TemporaryDirectory()
    let digits = try Datasets.shared.get().digits
    let trained = try Launcher.run(
      ranks: nil, try Self.shortRun + ["--run-dir", "run"], in: directory.path)
    #expect(trained.ending == .exited(0), "\(trained)")
    for command in [
      ["select", "run"], ["evaluate", "run"], ["transform", "run", "--input", digits, "--output", "k.npy"],
      ["impute", "run", "--input", "k.npy", "--output", "all.npy"],
    ] {
      let alone = try Launcher.run(ranks: nil, command, in: directory.path)
      let together = try Launcher.run(ranks: 2, command, in: directory.path)
      #expect(together.ending == .exited(0), "\(together)")
      #expect(!alone.output.isEmpty && together.output == alone.output)
    }
  }

  private func expectOneMessage(
    _ text: String, in result: ProcessResult, location: SourceLocation = #_sourceLocation
  ) {
    let messages = result.errorOutput.ranges(of: "cae: error: ").count
    #expect(messages == 1, "\(result)", sourceLocation: location)
    let texts = result.errorOutput.ranges(of: text).count
    #expect(texts == 1, "\(result)", sourceLocation: location)
  }
}
