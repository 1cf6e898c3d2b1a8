import Communication
import DistributedTraining
import Foundation
import RunStore
import Testing

/// A disk that fails costs warnings, not the run.
@Suite struct FailingDiskTests {
  static let problem: TrainingCase = {
    let problem = TrainingCase("disk", rows: 61) {
      $0.training.batchSize = 20
      $0.output.logEvery = 2
    }
    // At the end of every epoch, however short.
    let steps = (try? problem.plan.stepsPerEpoch) ?? 1
    return problem.with { $0.output.checkpointEvery = steps }
  }()

  /// Trains on two ranks; `onStep` runs on rank 0. Returns its parameters at the end.
  private func train(
    _ directory: RunDirectory, log: CapturedLog, onStep: @escaping @Sendable (Int) -> Void
  ) throws -> [Float] {
    try InProcessWorld.run(ranks: 2) { communicator in
      let recorder =
        communicator.isRoot
        ? try Recorder(
          directory: directory, configuration: Self.problem.configuration, facts: try Self.problem.facts,
          step: 0, log: log.runLog) : nil
      let trainer = try Self.problem.trainer(
        communicator, recorder: recorder,
        observer: communicator.isRoot ? CallbackObserver(onStep: onStep) : nil, log: log.runLog)
      #expect(try trainer.run() == .completed)
      return trainer.state.parameterValues()
    }[0]
  }

  @Test("a checkpoint directory that something else has taken the place of for a while")
  func directoryGone() throws {
    let folder = try RunFolder()
    let directory = try folder.run()
    let log = CapturedLog()
    let steps = try Self.problem.plan.stepsPerEpoch
    let away = directory.checkpoints.directory + ".away"
    let parameters = try train(directory, log: log) { step in
      // Away at the ends of the second and third epoch; each change waits for the save before it.
      if step == steps + 1 {
        wait(for: "the first checkpoint") { directory.checkpoints.isSettled(at: steps) }
        rename(directory.checkpoints.directory, away)
        close(open(directory.checkpoints.directory, O_CREAT | O_WRONLY, 0o600))
      }
      if step == 3 * steps + 1 {
        wait(for: "the second failure") { log.all.count == 2 }
        unlink(directory.checkpoints.directory)
        rename(away, directory.checkpoints.directory)
      }
    }
    #expect(parameters.bits == (try Self.problem.parameters(ranks: 2))[0].bits)
    #expect(log.all.count == 2)
    for (line, step) in zip(log.all, [2 * steps, 3 * steps]) {
      #expect(line.contains("no checkpoint of step \(step)") && line.contains("Not a directory"))
      #expect(line.contains("training goes on"))
    }
    let total = try Self.problem.plan.totalSteps
    #expect(try directory.checkpoints.newest()?.checkpoint.step == total)
  }

  @Test(
    "a disk that is full for a while",
    .enabled(if: SmallDisk.isAvailable, "mounting a small file system needs root and the right to mount"))
  func fullDisk() throws {
    let disk = try #require(try SmallDisk())
    let directory = RunDirectory(path: "\(disk.path)/run")
    try directory.create()
    let log = CapturedLog()
    let steps = try Self.problem.plan.stepsPerEpoch
    let parameters = try train(directory, log: log) { step in
      if step == steps + 1 {
        // Filled during a save, the disk would get back what that save then gives up.
        wait(for: "the first checkpoint") { directory.checkpoints.isSettled(at: steps) }
        disk.fill()
      }
      if step == 3 * steps + 1 { disk.empty() }
    }
    #expect(parameters.bits == (try Self.problem.parameters(ranks: 2))[0].bits)
    #expect(
      log.all.contains { $0.contains("no checkpoint of step \(2 * steps)") && $0.contains("No space left") })
    #expect(log.all.allSatisfy { $0.contains("no checkpoint of") || $0.contains("metrics") })
    let total = try Self.problem.plan.totalSteps
    #expect(try directory.checkpoints.newest()?.checkpoint.step == total)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.checkpoints.directory)
    #expect(names.allSatisfy { $0.hasSuffix(".safetensors") }, "\(names)")
    // Whole lines only, and all of them: what did not fit has waited.
    let lines = try String(contentsOfFile: directory.metrics, encoding: .utf8).split(separator: "\n")
    let records = try lines.map { try JSONDecoder().decode(MetricsRecord.self, from: Data($0.utf8)) }
    let expected = (1...total).filter { $0 % 2 == 0 || $0 % steps == 0 }
    #expect(records.map(\.step) == expected)
  }
}

/// A file system of 256 KiB, unmounted with the last reference.
final class SmallDisk: Sendable {
  let path: String

  init?() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("cae-disk-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard geteuid() == 0, Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", path) else {
      try FileManager.default.removeItem(atPath: path)
      return nil
    }
  }

  deinit {
    _ = Self.run("/bin/umount", path)
    rmdir(path)
  }

  /// Whether one can be made here.
  static var isAvailable: Bool { (try? SmallDisk()).flatMap { $0 } != nil }

  /// Leaves no byte free.
  func fill() {
    let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT, 0o600)
    var microBatch = [UInt8](repeating: 1, count: 64 << 10)
    while true {
      let written = write(descriptor, &microBatch, microBatch.count)
      if written < 0 && microBatch.count == 1 { break }
      if written < 0 { microBatch.removeLast(microBatch.count / 2) }
    }
    close(descriptor)
  }

  /// Gives the space back.
  func empty() { unlink("\(path)/filler") }

  private static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
