import Foundation
import ProcessSupport
import RunStore
import Testing

extension LaunchTests {
  /// A short run with fast reduction, whose bits depend on who divides what.
  private func shortRun(_ name: String, ranks: Int?, workers: Int?, in directory: TemporaryDirectory) throws
    -> Data
  {
    let data = try Datasets.shared.get().digits
    let result = try Launcher.run(
      ranks: ranks,
      ["train", "--data", data, "--k", "12", "--epochs", "2", "--snapshot-epochs", "none", "--run-dir", name]
        + (workers.map { ["--workers", "\($0)"] } ?? []),
      in: directory.path, timeout: 120)
    #expect(result.ending == .exited(0), "\(result)")
    let count = ranks ?? workers ?? 1
    #expect(result.output.contains("\(count) rank\(count == 1 ? "" : "s") on 1 node"), "\(result)")
    return try TrainedModel(run: RunDirectory(path: directory.file(name)).path).bytes
  }

  @Test("Workers of one process end with the bytes of as many ranks", arguments: [2, 3, 5])
  func workers(count: Int) throws {
    let directory = try TemporaryDirectory()
    let workers = try shortRun("workers", ranks: nil, workers: count, in: directory)
    #expect(try workers == shortRun("ranks", ranks: count, workers: nil, in: directory))
  }

  @Test("An error of workers is said once and ends the process with its code")
  func workerErrors() throws {
    let directory = try TemporaryDirectory()
    let data = try Datasets.shared.get().digits
    let missing = try Launcher.run(
      ranks: nil, ["train", "--workers", "3", "--data", directory.file("nowhere")], in: directory.path)
    #expect(missing.ending == .exited(3), "\(missing)")
    #expect(missing.errorOutput.split(separator: "\n").count == 1, "\(missing)")
    // One that all workers find, in the middle of the start.
    let many = try Launcher.run(
      ranks: nil, ["train", "--workers", "2", "--data", data, "--k", "100000"], in: directory.path)
    #expect(many.ending == .exited(2) && many.errorOutput.contains("--k"), "\(many)")
    let both = try Launcher.run(
      ranks: 2, ["train", "--workers", "2", "--data", data, "--run-dir", "both"], in: directory.path)
    #expect(both.ending == .exited(2) && both.errorOutput.contains("--workers"), "\(both)")
  }
}
