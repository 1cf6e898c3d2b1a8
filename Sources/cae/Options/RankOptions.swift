import ArgumentParser
import AtomicFile
import Communication
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import LinearAlgebra
import RankSetup
import RunSettings

/// Who does the work of a command: the ranks that a launcher started, or workers of this process.
struct RankOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Workers of a process that no launcher started, a core each; they count as ranks. auto: as many as cores it may use, or "
        + "OPENBLAS_NUM_THREADS or OMP_NUM_THREADS says, \(Self.mostChosen) at most; 1 for a file below 2 MB.",
      valueName: "count"))
  var workers = "auto"

  private static let smallFile = 2 << 20

  /// More are of use to large models alone, so the user must say so.
  private static let mostChosen = 16

  /// What a process that started itself anew is told.
  private static let variable = "CAE_WORKERS"

  func validate() throws {
    guard workers == "auto" || Int(workers).map({ (1...1024).contains($0) }) ?? false else {
      throw ValidationError("--workers: '\(workers)' is neither auto nor a number from 1 to 1024")
    }
  }

  /// Runs `body` on every rank; an error of one ends all. `outline` says what is known of the work, and `makesWatchdog` that
  /// the body makes one as soon as it knows the settings.
  func run(
    _ outline: RunConfiguration = RunConfiguration(), makesWatchdog: Bool = false,
    _ body: @escaping (any Communicator) throws -> Void
  ) throws {
    let environment = ProcessInfo.processInfo.environment
    let launch = LaunchEnvironment(environment)
    let launcher = launch.launcher
    let count = launcher == nil ? workers(environment, outline) : 1
    if let launcher, let asked = Int(workers), asked > 1 {
      throw ConfigurationError(
        option: "workers",
        problem: "a rank that \(launcher.rawValue) started has one worker; start more ranks")
    }
    if count > 1 {
      try Workers.ensure(["OPENBLAS_NUM_THREADS": "1", Self.variable: "\(count)"])
    }
    try BLASRuntime.requireRoom(threads: count)
    // A command is a value that its workers only read.
    nonisolated(unsafe) let body = body
    let take: @Sendable (any Communicator) -> Void = { communicator in
      do { try body(communicator) } catch { Failure(error).abort(communicator) }
    }
    guard count > 1 else {
      try StartWatch.begin(launch, environment: environment)
      let communicator = try Communicators.start(environment: environment)
      if !makesWatchdog { StartWatch.end() }
      return take(communicator)
    }
    // A worker that is not there would be waited for.
    try SystemThread.require(count)
    Workers.run(count, take)
  }

  private func workers(_ environment: [String: String], _ outline: RunConfiguration) -> Int {
    if let asked = Int(workers) { return asked }
    if let told = environment[Self.variable].flatMap({ Int($0) }), told > 0 { return told }
    if Self.isSmall(outline.data.path) { return 1 }
    let cores = AvailableCores.ofProcess()
    let allowed = max(1, min(cores.count, cores.quota.map { Int($0) } ?? cores.count, Self.mostChosen))
    let said = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"].lazy.compactMap {
      environment[$0].flatMap { Int($0) }
    }
    return said.first { $0 > 0 }.map { min($0, allowed) } ?? allowed
  }

  /// Whether data are one file of so few bytes that workers would wait for each other longer than they work: many times as
  /// long where others use the cores, too.
  private static func isSmall(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return false }
    return (attributes?[.size] as? Int).map { $0 < smallFile } ?? false
  }
}
