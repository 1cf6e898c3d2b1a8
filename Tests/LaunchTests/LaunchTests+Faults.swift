import Foundation
import ProcessSupport
import RunStore
import Testing

extension LaunchTests {
  @Test("A rank with another build of the program is refused, and named")
  func otherBuild() throws {
    let directory = try TemporaryDirectory()
    let cae = try Program.cae().path
    let other = directory.file("cae")
    try FileManager.default.copyItem(atPath: cae, toPath: other)
    let handle = try #require(FileHandle(forWritingAtPath: other))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([0]))
    try handle.close()
    let options = ["train", "--data", try Datasets.shared.get().digits, "--run-dir", "run"]
    let result = try Launcher.start(
      mpirun: Launcher.anywhere + ["-n", "1", cae] + options + [":", "-n", "1", other] + options,
      in: directory.path
    ).result(timeout: 60)
    #expect(result.ending == .exited(6), "\(result)")
    #expect(result.errorOutput.contains("The ranks differ in program's file (rank 0: "), "\(result)")
    #expect(!FileManager.default.fileExists(atPath: directory.file("run")))
  }

  @Test("Data that are made shorter during a run end it with a sentence and the code for data")
  func dataGone() throws {
    let directory = try TemporaryDirectory()
    let data = directory.file("digits")
    try FileManager.default.copyItem(atPath: try Datasets.shared.get().digits, toPath: data)
    let run = RunDirectory(path: directory.file("run"))
    // In place of the data, which several options would add up to.
    let shared = try Datasets.shared.get().digits
    let options = try Self.longRun.map { $0 == shared ? data : $0 } + ["--run-dir", run.path]
    let job = try Launcher.start(ranks: nil, options, in: directory.path)
    _ = try waitForStep(3, of: run, job: job)
    let images = "\(data)/train-images-idx3-ubyte"
    #expect(truncate(images, 1_000) == 0)
    let result = job.result(timeout: 60)
    #expect(result.ending == .exited(3), "\(result)")
    #expect(result.errorOutput.contains("\(images): a part of it is gone"), "\(result)")
  }

  @Test("A stop whose state cannot be saved has another code than one that can be gone on from")
  func stopWithoutSave() throws {
    let directory = try TemporaryDirectory()
    let run = RunDirectory(path: directory.file("run"))
    let job = try Launcher.start(
      ranks: 2, try Self.longRun + ["--run-dir", run.path, "--checkpoint-every", "1000000"],
      in: directory.path)
    _ = try waitForStep(3, of: run, job: job)
    try FileManager.default.removeItem(atPath: run.checkpoints.directory)
    try Data().write(to: URL(fileURLWithPath: run.checkpoints.directory))
    job.send(SIGUSR1)
    let result = job.result(timeout: 60)
    #expect(Launcher.ended(result, withCodeOfRank: 5), "\(result)")
    #expect(result.output.contains("which could not be saved; start again with --resume"), "\(result)")
  }
}
