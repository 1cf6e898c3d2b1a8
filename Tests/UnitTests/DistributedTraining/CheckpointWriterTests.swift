import ConcreteAutoencoder
import DistributedTraining
import Foundation
import RunSettings
import RunStore
import Synchronization
import Tables
import Testing

/// Checkpoints written beside the loop.
@Suite struct CheckpointWriterTests {
  let folder: TemporaryDirectory
  let store: CheckpointStore
  let log = ReportedLines()
  let run = SmallRun()

  init() throws {
    folder = try TemporaryDirectory()
    store = CheckpointStore(directory: folder.file("checkpoints"))
    try FileManager.default.createDirectory(atPath: store.directory, withIntermediateDirectories: true)
  }

  private func writer(features: Int = 2_000) -> CheckpointWriter {
    var facts = run.facts
    facts.data.schema = TableSchema(count: features, kind: .byte)
    facts.data.preprocessing = Preprocessing(
      offset: Array(repeating: 0, count: features), scale: Array(repeating: 1, count: features))
    return CheckpointWriter(
      store: store, configuration: run.configuration, facts: facts, log: log.runLog)
  }

  /// The directory under another name, with a file in its place, and back.
  private func takeAway() {
    #expect(rename(store.directory, store.directory + ".away") == 0)
    #expect(FileManager.default.createFile(atPath: store.directory, contents: nil))
  }
  private func bringBack() {
    unlink(store.directory)
    #expect(rename(store.directory + ".away", store.directory) == 0)
  }

  /// A state of a million parameters, which takes its time to be written.
  private func largeState() -> ModelState {
    ModelState(
      shape: ModelShape(
        featureCount: 2_000, selectorCount: 200, hidden: run.configuration.decoder.hidden,
        layerNorm: false))
  }

  /// Numbers that tell of the step they are from.
  private func fill(_ state: ModelState, step: Int) {
    for (index, buffer) in [state.model.parameters, state.adam.first, state.adam.second].enumerated() {
      for place in 0..<buffer.count { buffer.base[place] = Float(place % 1_000) + Float(step * 3 + index) }
    }
    state.step = step
    state.best = BestLoss(step: step, loss: 1 / Double(step))
  }

  @Test("a checkpoint holds what the state was when the save was asked for")
  func changedAtOnce() throws {
    let writer = writer()
    let state = largeState()
    let expected = largeState()
    for step in 1...6 {
      fill(state, step: step)
      writer.save(state, isLast: false)
      fill(state, step: 1_000 + step)
      // A further save of the same step changes nothing, and waits for the first.
      state.step = step
      writer.save(state, isLast: true)
      fill(expected, step: step)
      let checkpoint = try Checkpoint(path: store.path(step: step))
      let loaded = checkpoint.load()
      #expect(loaded.step == step && loaded.best == expected.best)
      #expect(loaded.bits() == expected.bits())
    }
    #expect(log.all == [])
  }

  @Test("the last save returns with everything on the disk", arguments: [[], [10], [10, 20], [20]])
  func lastWaits(begun: [Int]) throws {
    let writer = writer()
    let state = largeState()
    for step in begun {
      fill(state, step: step)
      writer.save(state, isLast: false)
    }
    fill(state, step: 20)
    writer.save(state, isLast: true)
    #expect(store.steps() == Set(begun + [20]).sorted())
    let names = try FileManager.default.contentsOfDirectory(atPath: store.directory)
    #expect(names.allSatisfy { $0.hasSuffix(".safetensors") }, "\(names)")
    #expect(try Checkpoint(path: store.path(step: 20)).load().bits() == state.bits())
  }

  @Test("a released writer ends what it has begun")
  func released() throws {
    let state = largeState()
    fill(state, step: 10)
    do { writer().save(state, isLast: false) }
    #expect(try Checkpoint(path: store.path(step: 10)).load().bits() == state.bits())
  }

  @Test("files come and go in the order of the saves")
  func order() throws {
    let best = [nil, 20, 20, 20, 20, 60, 60]
    do {
      let writer = writer(features: 12)
      for (index, step) in stride(from: 10, through: 70, by: 10).enumerated() {
        let state = run.state(step: step)
        state.best = best[index].map { BestLoss(step: $0, loss: 0.5) }
        writer.save(state, isLast: false)
        // The save before this one is done.
        if index > 0 { #expect(store.steps().contains(step - 10)) }
        #expect(store.steps().allSatisfy { $0 <= step })
      }
    }
    #expect(store.steps() == [60, 70])
    #expect(try store.newest()?.checkpoint.load().bits() == run.state(step: 70).bits())
  }

  @Test("a step that is saved is not written again", arguments: [false, true])
  func notTwice(isLast: Bool) throws {
    let writer = writer()
    writer.save(run.state(step: 10), isLast: isLast)
    writer.save(run.state(step: 10), isLast: true)
    try FileManager.default.removeItem(atPath: store.path(step: 10))
    for isLast in [false, true] { writer.save(run.state(step: 10), isLast: isLast) }
    #expect(store.steps() == [])
    writer.save(run.state(step: 20), isLast: true)
    #expect(store.steps() == [20])
  }

  @Test("what failed is tried again at the next save and at the last, with a line each time")
  func failing() throws {
    let writer = writer()
    writer.save(run.state(step: 10), isLast: true)
    takeAway()
    writer.save(run.state(step: 20), isLast: false)
    writer.save(run.state(step: 30), isLast: false)
    writer.save(run.state(step: 30), isLast: false)
    writer.save(run.state(step: 30), isLast: true)
    let ends = [
      (20, "training goes on and will try again"), (30, "training goes on and will try again"),
      (30, "training goes on and will try again"), (30, "there is none before it"),
    ]
    #expect(log.all.count == ends.count)
    for (line, (step, end)) in zip(log.all, ends) {
      #expect(line.hasPrefix("error: no checkpoint of step \(step): ") && line.hasSuffix("; \(end)"))
      #expect(line.contains("Not a directory") && line.contains(store.directory))
    }
    bringBack()
    #expect(store.steps() == [10])
    writer.save(run.state(step: 30), isLast: false)
    writer.save(run.state(step: 40), isLast: false)
    writer.save(run.state(step: 40), isLast: true)
    #expect(store.steps() == [30, 40])
    #expect(log.all.count == ends.count)
  }

  @Test("the loop goes on during a save, and is held by the save after it")
  func heldByTheNext() throws {
    let writer = writer()
    takeAway()
    // The failure is logged on the thread that writes; as long as the log does not return, neither does the save.
    let gate = DispatchSemaphore(value: 0)
    let wasOpened = Mutex(false)
    log.onLine { line in
      guard line.contains("step 10:") else { return }
      if gate.wait(timeout: .now() + 60) == .timedOut { Issue.record("the save was waited for") }
    }
    writer.save(run.state(step: 10), isLast: false)
    let opener = Thread {
      usleep(50_000)
      wasOpened.withLock { $0 = true }
      gate.signal()
    }
    opener.start()
    writer.save(run.state(step: 20), isLast: false)
    #expect(wasOpened.withLock { $0 })
    writer.save(run.state(step: 20), isLast: true)
    #expect(log.all.map { $0.contains("step 10:") } == [true, false, false])
  }
}

/// What is logged, line by line.
final class ReportedLines: Sendable {
  private struct State {
    var lines: [String] = []
    var onLine: (@Sendable (String) -> Void)?
  }
  private let state = Mutex(State())

  var all: [String] { state.withLock { $0.lines } }

  /// Has `body` called, on the thread that logs, for each line.
  func onLine(_ body: @escaping @Sendable (String) -> Void) { state.withLock { $0.onLine = body } }

  var runLog: RunLog { RunLog { level, message in self.add("\(level): \(message)") } }

  private func add(_ line: String) {
    let onLine = state.withLock { state in
      state.lines.append(line)
      return state.onLine
    }
    onLine?(line)
  }
}
