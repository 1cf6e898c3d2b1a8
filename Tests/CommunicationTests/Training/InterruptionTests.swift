import Communication
import DistributedTraining
import FeatureSelection
import Foundation
import RunSettings
import RunStore
import Testing

/// A run that is cut at any step and resumed ends with the bytes of the unbroken one.
@Suite(.serialized) struct InterruptionTests {
  /// A run of 12 steps on a small dataset.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var ranks = 3
    let change: @Sendable (inout RunConfiguration) -> Void
    var testDescription: String { "\(name), \(ranks) ranks" }
  }

  static let cases = [
    Case(name: "soft") { _ in },
    Case(name: "one rank", ranks: 1) { $0.decoder.dropout = 0.2 },
    Case(name: "noise for each row", ranks: 2) { $0.selector.noiseGroups = 0 },
    Case(name: "everything random", ranks: 2) {
      $0.selector.hard = true
      $0.selector.logitsDropout = 0.2
      $0.selector.gjsWeight = 0.05
      $0.decoder.dropout = 0.2
      $0.decoder.hidden = [9, 8]
      $0.decoder.layerNorm = true
    },
    Case(name: "classification by the epoch", ranks: 4) {
      $0.task = .classify
      $0.temperature.unit = .epoch
    },
    Case(name: "indirect") {
      ($0.selector.parametrization, $0.selector.indirectSize) = (.indirect, 5)
      $0.selector.gjsWeight = 0.05
    },
  ]

  /// A place for a run, always under the same path: the settings in a checkpoint name it.
  private struct Place: Sendable {
    let folder: RunFolder
    let test: Case
    var run: RunDirectory { RunDirectory(path: "\(folder.path)/run") }
    var data: String { "\(folder.path)/data" }

    init(_ test: Case) throws {
      self.test = test
      folder = try RunFolder()
      try SmallDataset.write(to: data, rows: 55)
    }

    func configure(_ configuration: inout RunConfiguration) {
      configuration.data.path = data
      configuration.output.runDirectory = run.path
      configuration.output.snapshotEpochs = []
      configuration.output.stallTimeout = 0
      configuration.selector.k = 3
      configuration.decoder.hidden = [8]
      configuration.training.batchSize = 14
      configuration.training.epochs = 3
      configuration.selector.initialLogits = .uniform
      test.change(&configuration)
    }

    /// Trains to the end or to a stop; `onStep` runs on rank 0.
    func train(
      resume: Bool = false, ranks: Int? = nil, ranksPerNode: Int? = nil, checkpointEvery: Int,
      onStep: @escaping @Sendable (Int) throws -> Void = { _ in }
    ) throws -> RunOutcome {
      try InProcessWorld.run(ranks: ranks ?? test.ranks, ranksPerNode: ranksPerNode) { communicator in
        let session = try TrainingSession(
          request: {
            ConfigurationRequest(recipe: nil, file: nil, resume: resume) {
              configure(&$0)
              $0.output.checkpointEvery = checkpointEvery
            }
          }, programVersion: "test", communicator: communicator, log: .silent)
        let observer = CallbackObserver { step in
          do { try onStep(step) } catch { Issue.record(error) }
        }
        let trainer = try session.makeTrainer(observer: communicator.isRoot ? observer : nil)
        let outcome = try trainer.run()
        if communicator.isRoot, outcome == .completed {
          try ModelBundle(
            session.state.model, configuration: session.configuration, data: session.facts.data
          ).write(to: session.directory.model)
        }
        return outcome
      }[0]
    }

    /// Leaves of a checkpoint what a kill leaves that comes while it is written.
    func tearCheckpoint(step: Int) throws {
      let whole = try bytes(of: run.checkpoints.path(step: step))
      let torn = "\(run.checkpoints.directory)/.cae-1-torn.tmp"
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: torn))
      try FileManager.default.removeItem(atPath: run.checkpoints.path(step: step))
    }

    func clear() throws { try FileManager.default.removeItem(atPath: run.path) }

    /// The final model and the last checkpoint.
    func results() throws -> [Data] {
      let last = try #require(run.checkpoints.steps().last)
      return [try bytes(of: run.model), try bytes(of: run.checkpoints.path(step: last))]
    }

    /// The metrics without what depends on the clock.
    func metrics() throws -> [[Double]] {
      try String(contentsOfFile: run.metrics, encoding: .utf8).split(separator: "\n").map {
        let record = try JSONDecoder().decode(MetricsRecord.self, from: Data($0.utf8))
        return [Double(record.step), record.loss, record.objective.value, record.gjs, record.meanMax]
          + record.validation.map(\.value)
      }
    }
  }

  /// Sends this process SIGUSR1 and waits for it: the threads of tests block signals, so another takes it.
  private static func askToStop() throws {
    kill(getpid(), SIGUSR1)
    let deadline = Date(timeIntervalSinceNow: 10)
    while !SignalFlags.pending.contains(.saveAndStop) {
      try #require(Date() < deadline, "SIGUSR1 did not arrive")
      usleep(100)
    }
  }

  @Test("killed after any step, its checkpoint written or being written", arguments: cases, [false, true])
  func killed(_ test: Case, whileWriting: Bool) throws {
    let place = try Place(test)
    // Copies of the run directory as a kill during the step after would leave it.
    let outcome = try place.train(checkpointEvery: 1) { step in
      if step > 1 {
        wait(for: "the checkpoint of step \(step - 1)") { place.run.checkpoints.isSettled(at: step - 1) }
      }
      try FileManager.default.copyItem(atPath: place.run.path, toPath: "\(place.folder.path)/\(step - 1)")
    }
    #expect(outcome == .completed)
    let expected = try place.results()
    let expectedMetrics = try place.metrics()
    let total = try #require(place.run.checkpoints.steps().last)
    #expect(total == 12)
    for step in 0..<total {
      try place.clear()
      try FileManager.default.moveItem(atPath: "\(place.folder.path)/\(step)", toPath: place.run.path)
      if whileWriting, step > 0 { try place.tearCheckpoint(step: step) }
      let newest = whileWriting ? step - 1 : step
      #expect(place.run.checkpoints.steps().last == (newest > 0 ? newest : nil))
      #expect(try place.train(resume: true, checkpointEvery: 1) == .completed)
      #expect(try place.results() == expected, "killed after step \(step)")
      #expect(try place.metrics() == expectedMetrics, "killed after step \(step)")
    }
  }

  @Test("stopped by SIGUSR1 at any step", arguments: cases)
  func stopped(_ test: Case) throws {
    let place = try Place(test)
    #expect(try place.train(checkpointEvery: 0) == .completed)
    let expected = try place.results()
    let metrics = try place.metrics()
    try SignalFlags.install(launched: false)
    defer { #expect(throws: Never.self) { try SignalFlags.restore() } }
    for stop in 1..<12 {
      try place.clear()
      // The flag is looked at in the step after.
      if stop == 1 { try Self.askToStop() }
      let outcome = try place.train(checkpointEvery: 0) { step in
        if step == stop - 1 { try Self.askToStop() }
      }
      #expect(outcome == .stopped(step: stop, atOnce: false))
      #expect(place.run.checkpoints.steps().last == stop)
      try SignalFlags.restore()
      try SignalFlags.install(launched: false)
      #expect(try place.train(resume: true, checkpointEvery: 0) == .completed)
      #expect(try place.results() == expected, "stopped after step \(stop)")
      #expect(try place.metrics() == metrics, "stopped after step \(stop)")
    }
  }

  @Test(
    "resumed on another number of ranks after every few steps",
    arguments: Array(cases[2...]))
  func chainOfWorlds(_ test: Case) throws {
    let exact = Case(name: test.name, ranks: 1) {
      test.change(&$0)
      $0.training.microBatches = 6
    }
    let place = try Place(exact)
    #expect(try place.train(checkpointEvery: 0) == .completed)
    let expected = try place.results()
    let metrics = try place.metrics()
    try SignalFlags.install(launched: false)
    defer { #expect(throws: Never.self) { try SignalFlags.restore() } }
    // The first world differs, then each part goes on where the one before was stopped.
    for worlds in [[(1, 1), (4, 2), (3, 3), (8, 4), (1, 1)], [(5, 5), (2, 1), (16, 8), (7, 1)]] {
      try place.clear()
      for (index, (ranks, ranksPerNode)) in worlds.enumerated() {
        let isLast = index + 1 == worlds.count
        if !isLast { try Self.askToStop() }
        let outcome = try place.train(
          resume: index > 0, ranks: ranks, ranksPerNode: ranksPerNode, checkpointEvery: 0
        ) { step in
          // Two or three steps a part: the flag is looked at in the step after.
          if !isLast && step < 2 * index + 1 { try Self.askToStop() }
        }
        #expect(isLast ? outcome == .completed : outcome != .completed)
        try SignalFlags.restore()
        try SignalFlags.install(launched: false)
      }
      #expect(try place.results() == expected, "\(worlds)")
      #expect(try place.metrics() == metrics, "\(worlds)")
    }
  }

  @Test("resumed again and again, one step at a time")
  func chain() throws {
    let place = try Place(Self.cases[2])
    #expect(try place.train(checkpointEvery: 0) == .completed)
    let expected = try place.results()
    try place.clear()
    try SignalFlags.install(launched: false)
    defer { #expect(throws: Never.self) { try SignalFlags.restore() } }
    try Self.askToStop()
    for step in 1..<12 {
      #expect(try place.train(resume: true, checkpointEvery: 0) == .stopped(step: step, atOnce: false))
    }
    // A request that comes with the last step has nothing left to stop.
    #expect(try place.train(resume: true, checkpointEvery: 0) == .completed)
    #expect(try place.results() == expected)
  }
}
