import AtomicFile
import Communication
import ConcreteAutoencoder
import DistributedTraining
import Evaluation
import Foundation
import RankSetup
import RunSettings
import RunStore
import Tables

/// Whole selections from several seeds and draws of the training rows, side by side on groups of ranks, and how far they
/// agree.
///
/// Each is a run of its own in a directory below the given one: it can be looked at, and goes on where it was stopped.
package struct StabilityRun {
  /// What all selections have in common.
  private let base: RunConfiguration
  /// How many there are.
  private let runs: Int
  private let ranksPerRun: Int
  private let programVersion: String
  private let communicator: any Communicator
  private let log: RunLog

  /// How one of the selections ended.
  package struct Report: Sendable {
    /// Which, from 1.
    package let run: Int
    /// Seconds it took; nil where it had been done before.
    package let seconds: Double?
    /// The loss on the held-out rows; nil where it is not known.
    package let loss: Double?
  }

  /// What came out of all.
  package struct Outcome: Sendable {
    /// How far the selections agree; nil where they were stopped.
    package let stability: Stability?
    /// The held-out losses of the selections that have one.
    package let losses: [Double]
    /// The file with it all; nil where they were stopped.
    package let path: String?
  }

  /// Prepares `runs` selections, each on `ranksPerRun` ranks; every rank must call, and rank 0's `request` counts.
  ///
  /// Throws `ConfigurationError` for numbers that cannot be used, `RunDirectoryError` for a directory that holds
  /// another run or, without `resume`, selections of earlier.
  package init(
    request: () throws -> ConfigurationRequest, runs: Int, ranksPerRun: Int, programVersion: String,
    communicator: any Communicator, log: RunLog
  ) throws {
    guard runs > 1 else {
      throw ConfigurationError(
        option: "runs", problem: "\(runs) is not at least 2: one selection agrees with itself")
    }
    guard (1...communicator.size).contains(ranksPerRun) else {
      throw ConfigurationError(
        option: "ranks-per-run",
        problem: "\(ranksPerRun) is not in 1 ... \(communicator.size), the ranks there are")
    }
    self.runs = runs
    self.ranksPerRun = ranksPerRun
    self.programVersion = programVersion
    self.communicator = communicator
    self.log = log
    let text = try communicator.agree(phase: "reading the settings") {
      communicator.isRoot ? try Self.settings(request()) : ""
    }
    var base = try ConfigurationFile(text: communicator.broadcast(text), path: "settings from rank 0")
      .wholeConfiguration()
    try DataStaging.run(&base, communicator, log: log)
    self.base = base
  }

  private static func settings(_ request: ConfigurationRequest) throws -> String {
    var first = request
    first.resume = false
    first.applyOptions = { configuration in
      try request.applyOptions(&configuration)
      let directory = RunDirectory(path: configuration.output.runDirectory)
      guard !directory.holdsRun else {
        throw RunDirectoryError("\(directory.path) holds a run; choose another --run-dir")
      }
      if !request.resume, FileManager.default.fileExists(atPath: Self.directory(0, directory.path)) {
        throw RunDirectoryError(
          "\(directory.path) already holds selections; go on with them by --resume or choose another --run-dir"
        )
      }
      configuration.data.table.cache = configuration.placedData.table.cache
    }
    return ConfigurationFile.text(of: try first.resolve().configuration)
  }

  private static func directory(_ run: Int, _ path: String) -> String {
    "\(path)/run-\(String(format: "%03d", run + 1))"
  }

  private func configuration(of run: Int) -> RunConfiguration {
    var configuration = base
    configuration.training.seed = base.training.seed &+ UInt64(run)
    configuration.output.runDirectory = Self.directory(run, base.output.runDirectory)
    return configuration
  }

  /// Makes the selections that are not there yet, and compares all; every rank must call. `report` is called after each
  /// on the rank that stands for its group.
  package func run(report: (Report) -> Void) throws -> Outcome {
    _ = try RankEnvironment(programVersion: programVersion, communicator: communicator)
    let groups = communicator.size / ranksPerRun
    let color = min(communicator.rank / ranksPerRun, groups - 1)
    let group = try communicator.split(color: color, key: communicator.rank)
    var isStopped = false
    for run in stride(from: color, to: runs, by: groups) where !isStopped {
      isStopped = try !select(run, on: group, report)
    }
    guard try communicator.allReduce(Int64(isStopped ? 1 : 0), .max) == 0 else {
      return Outcome(stability: nil, losses: [], path: nil)
    }
    return try communicator.agree(phase: "comparing the selections") {
      communicator.isRoot ? try compare() : Outcome(stability: nil, losses: [], path: nil)
    }
  }

  /// Makes a selection; false if it was stopped.
  private func select(
    _ run: Int, on group: any Communicator, _ report: (Report) -> Void
  ) throws -> Bool {
    let wanted = configuration(of: run)
    let directory = RunDirectory(path: wanted.output.runDirectory)
    let done = try group.agree(phase: "looking for a selection") { () -> StoredResult? in
      guard group.isRoot, let text = FileManager.default.contents(atPath: directory.configuration),
        let made = try? ConfigurationFile(
          text: String(decoding: text, as: UTF8.self), path: directory.configuration
        ).wholeConfiguration(),
        made.isSameSelection(as: wanted)
      else { return nil }
      return StoredResult.read(directory.result)
    }
    if try group.allReduce(Int64(done == nil ? 0 : 1), .max) > 0 {
      if group.isRoot { report(Report(run: run + 1, seconds: nil, loss: done?.heldOutLoss)) }
      return true
    }
    let start = group.time
    let session = try TrainingSession(
      request: {
        ConfigurationRequest(recipe: wanted.recipe, file: nil, resume: true) { configuration in
          configuration = wanted
        }
      }, programVersion: programVersion, communicator: group, log: log)
    var outcome: RunOutcome?
    try SelectionRun(session, communicator: group, observer: nil).run { outcome = $0.outcome }
    if case .stopped? = outcome { return false }
    try session.free()
    if group.isRoot {
      report(
        Report(
          run: run + 1, seconds: group.time - start, loss: StoredResult.read(directory.result)?.heldOutLoss))
    }
    return true
  }

  private func compare() throws -> Outcome {
    var configuration = base
    let input = try TrainingInput(&configuration, communicator: LocalCommunicator())
    let rows = input.dataset.split.training
    let moments = try RegressionMoments(
      EvaluationRows(input.dataset, rows: rows.sample(LinearSearch.sampleSize(input.shape.featureCount))),
      communicator: LocalCommunicator())
    let results = try (0..<runs).map { run in
      let path = RunDirectory(path: self.configuration(of: run).output.runDirectory).result
      guard let result = StoredResult.read(path) else {
        throw RunDirectoryError("\(path) cannot be read; make it again by --resume")
      }
      return result
    }
    let stability = Stability(
      results.map { $0.ranked }, featureCount: input.shape.featureCount, names: input.dataset.schema.names,
      copies: moments.copies)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = StabilityFile.path(in: base.output.runDirectory)
    let losses = results.compactMap(\.heldOutLoss)
    let text = try encoder.encode(
      StabilityFile(
        stability: stability, losses: losses,
        seeds: (0..<runs).map { self.configuration(of: $0).training.seed },
        rows: base.training.rowDraw.rawValue, dataHash: input.description.contentHash))
    try AtomicFile.write(String(decoding: text, as: UTF8.self) + "\n", to: path)
    return Outcome(stability: stability, losses: losses, path: path)
  }
}

extension RunConfiguration {
  /// Whether this, of a run that was made, is what is `wanted`: all that makes a run another is the same, but for what
  /// the data decided.
  fileprivate func isSameSelection(as wanted: RunConfiguration) -> Bool {
    var wanted = wanted
    wanted.takeAutomatic(of: self)
    return training.epochCount == wanted.training.epochCount
      && Setting.all.allSatisfy { $0.role != .identity || $0.text(in: self) == $0.text(in: wanted) }
  }
}
