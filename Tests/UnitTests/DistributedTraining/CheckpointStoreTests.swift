import AtomicFile
import DistributedTraining
import Foundation
import RunStore
import Testing

@Suite struct CheckpointStoreTests {
  let folder: TemporaryDirectory
  let store: CheckpointStore
  let run = SmallRun()

  init() throws {
    folder = try TemporaryDirectory()
    store = CheckpointStore(directory: folder.path)
  }

  private func save(_ step: Int, best: Int? = nil) throws {
    let state = run.state(step: step)
    state.best = best.map { BestLoss(step: $0, loss: 0.5) }
    try store.save(state, configuration: run.configuration, facts: run.facts)
  }

  /// Flips a bit of the last tensor.
  private func damage(_ step: Int) throws {
    var bytes = try contents(of: store.path(step: step))
    bytes[bytes.count - 1] ^= 1
    try folder.write(bytes, as: String(store.path(step: step).dropFirst(folder.path.count + 1)))
  }

  @Test("the last two and the best stay")
  func kept() throws {
    let expected = [[10], [10, 20], [20, 30], [20, 30, 40], [20, 40, 50], [50, 60], [60, 70]]
    let best = [nil, 20, 20, 20, 20, 60, 60]
    for (index, step) in stride(from: 10, through: 70, by: 10).enumerated() {
      try save(step, best: best[index])
      #expect(store.steps() == expected[index])
    }
    #expect(try folder.names == ["step-00000060.safetensors", "step-00000070.safetensors"])
  }

  @Test("a directory that was taken away is made again, but not the run's")
  func directoryTakenAway() throws {
    let store = CheckpointStore(directory: folder.file("run/checkpoints"))
    try Directory.make(folder.file("run"))
    try store.save(run.state(step: 10), configuration: run.configuration, facts: run.facts)
    #expect(store.steps() == [10])
    try FileManager.default.removeItem(atPath: folder.file("run/checkpoints"))
    try store.save(run.state(step: 20), configuration: run.configuration, facts: run.facts)
    #expect(store.steps() == [20])
    try FileManager.default.removeItem(atPath: folder.file("run"))
    #expect(throws: FileError.self) {
      try store.save(run.state(step: 30), configuration: run.configuration, facts: run.facts)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("run")))
  }

  @Test("steps of more than eight digits come in order")
  func longSteps() throws {
    try save(99_999_999)
    try save(100_000_000)
    #expect(store.steps() == [99_999_999, 100_000_000])
    #expect(try store.newest()?.checkpoint.step == 100_000_000)
  }

  @Test("the one before a damaged one is taken, and the reason given")
  func fallsBack() throws {
    for step in [10, 20, 30] { try save(step, best: 10) }
    try damage(30)
    let newest = try #require(try store.newest())
    #expect(newest.checkpoint.step == 20)
    #expect(newest.checkpoint.load().bits() == run.state(step: 20).bits())
    #expect(newest.skipped.map(\.path) == [store.path(step: 30)])
    #expect(newest.skipped[0].isDamage)
    #expect(newest.skipped[0].problem.contains("does not have the bytes that were saved"))
    try folder.write([], as: "step-00000020.safetensors")
    let older = try #require(try store.newest())
    #expect(older.checkpoint.step == 10)
    #expect(older.skipped.map(\.path) == [store.path(step: 30), store.path(step: 20)])
  }

  @Test("a save after a fall-back leaves no file of the future that was given up")
  func givenUpFuture() throws {
    for step in [10, 20, 30] { try save(step) }
    try damage(30)
    try save(25)
    #expect(store.steps() == [20, 25])
  }

  @Test("what cannot be read or is of another version is not called damaged, and no save removes it")
  func unproven() throws {
    for step in [10, 20, 30] { try save(step) }
    let text = Array("concrete-autoencoder checkpoint ".utf8)
    var bytes = try contents(of: store.path(step: 30))
    let place = try #require(bytes.firstRange(of: text))
    bytes[place.upperBound] = UInt8(ascii: "9")
    try folder.write(bytes, as: "step-00000030.safetensors")
    // A link that leads nowhere stands for a disk that is not there.
    #expect(symlink(folder.file("gone"), store.path(step: 40)) == 0)
    let newest = try #require(try store.newest())
    #expect(newest.checkpoint.step == 20)
    #expect(newest.skipped.map(\.path) == [store.path(step: 40), store.path(step: 30)])
    #expect(newest.skipped.allSatisfy { !$0.isDamage })
    for step in [22, 24, 26] { try save(step) }
    #expect(store.steps() == [24, 26, 30, 40])
    // Nor does one of the same step.
    for step in [30, 40] { try save(step) }
    #expect(store.steps() == [30, 40])
    #expect(
      try folder.names.filter { $0.hasPrefix("kept") } == [
        "kept-1-step-00000030.safetensors", "kept-1-step-00000040.safetensors",
      ])
    #expect(try contents(of: folder.file("kept-1-step-00000030.safetensors")) == bytes)
  }

  @Test("none that can be used is an error that names the directory and the newest reason")
  func noneUsable() throws {
    for step in [10, 20] { try save(step) }
    for step in [10, 20] { try damage(step) }
    let error = #expect(throws: CheckpointError.self) { _ = try store.newest() }
    #expect(error?.path == folder.path)
    #expect(error?.problem.contains("none of its 2 checkpoints") == true)
    #expect(error?.problem.contains(store.path(step: 20)) == true)
  }

  @Test("what is no checkpoint by its name is not looked at")
  func leftovers() throws {
    try save(10)
    for name in [
      "step-00000020.safetensors.123.tmp", "step-20.safetensors", "step-+0000020.safetensors",
      "step-x.safetensors",
      "step-.safetensors", "model.safetensors", ".DS_Store",
    ] { try folder.write([1, 2, 3], as: name) }
    #expect(store.steps() == [10])
    let newest = try #require(try store.newest())
    #expect(newest.checkpoint.step == 10 && newest.skipped.isEmpty)
    try save(30)
    try save(40)
    #expect(try folder.names.contains("step-20.safetensors"))
  }

  @Test("an empty or missing directory holds none")
  func empty() throws {
    #expect(try store.newest()?.checkpoint.step == nil)
    #expect(try CheckpointStore(directory: folder.file("missing")).newest()?.checkpoint.step == nil)
  }

  @Test("a save that fails leaves what was there")
  func failedSave() throws {
    try save(10)
    try save(20)
    // A directory in the way of the file's name.
    try FileManager.default.createDirectory(
      atPath: store.path(step: 30) + "/x", withIntermediateDirectories: true)
    #expect(message { try save(30) }?.contains("step-00000030") == true)
    #expect(store.steps().filter { $0 < 30 } == [10, 20])
    #expect(try folder.names.allSatisfy { !$0.hasSuffix(".tmp") })
    #expect(try store.newest()?.checkpoint.step == 20)
  }
}
