import AtomicFile
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import RunStore
import Testing

@Suite struct RunDirectoryTests {
  let folder: TemporaryDirectory
  let directory: RunDirectory

  init() throws {
    folder = try TemporaryDirectory()
    directory = RunDirectory(path: folder.file("a/b/run"))
  }

  @Test("it is made with all above it, twice if need be, and holds no run yet")
  func create() throws {
    #expect(!directory.holdsRun)
    try directory.create()
    try directory.create()
    #expect(!directory.holdsRun)
    try folder.write([], as: "a/b/run/config.yaml")
    #expect(directory.holdsRun)
  }

  @Test("a file in the way is named")
  func fileInTheWay() throws {
    try folder.write([1], as: "a")
    #expect(message { try directory.create() }?.contains(directory.path) == true)
    #expect(try contents(of: folder.file("a")) == [1])
  }

  @Test("a second job is kept out while the first holds the lock, and told who it is")
  func lock() throws {
    try directory.create()
    let first = try RunLock(directory)
    let error = #expect(throws: RunDirectoryError.self) { _ = try RunLock(directory) }
    #expect(error?.description.contains(directory.path) == true)
    #expect(error?.description.contains("process \(getpid())") == true)
    #expect(error?.description.contains(ProcessInfo.processInfo.hostName) == true)
    withExtendedLifetime(first) {}
  }

  @Test("the lock ends with its holder, and what a dead one left in the file does not count")
  func lockEnds() throws {
    try directory.create()
    try folder.write(Array("host elsewhere, process 1, a very long line".utf8), as: "a/b/run/lock")
    do { _ = try RunLock(directory) }
    let second = try RunLock(directory)
    let text = try String(contentsOfFile: "\(directory.path)/lock", encoding: .utf8)
    #expect(text == "host \(ProcessInfo.processInfo.hostName), process \(getpid())")
    withExtendedLifetime(second) {}
  }

  @Test("taking the lock removes what killed saves left, and nothing that is being written")
  func leftovers() throws {
    try directory.create()
    let pending = try AtomicFile("\(directory.path)/pending")
    try folder.write([1], as: "a/b/run/.cae-1-x.tmp")
    try folder.write([1], as: "a/b/run/checkpoints/.cae-\(getpid())-y.tmp")
    try folder.write([1], as: "a/b/run/other.tmp")
    withExtendedLifetime(try RunLock(directory)) {}
    try pending.commit()
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
    #expect(names == ["checkpoints", "lock", "other.tmp", "pending"])
  }

  @Test("without a directory there is no lock, but a message")
  func lockWithoutDirectory() {
    #expect(message { _ = try RunLock(directory) }?.contains("\(directory.path)/lock") == true)
  }

  /// A line of metrics as a run writes it.
  private func line(step: Int) -> String {
    #"{"distinct":3,"epoch":1,"gjs":0,"learning_rate":0.1,"loss":1,"mean_max":0.5,"mse":1,"#
      + #""rows_per_second":9,"selector_learning_rate":0.1,"step":\#(step),"#
      + #""step_ms":{"max":2,"mean":1},"temperature":1}"#
  }

  @Test("metrics keep the whole lines up to the step that a run goes on from")
  func metrics() throws {
    try directory.create()
    let torn = #"{"distinct":3,"epo"#
    let text = [line(step: 10), torn, line(step: 20), "", line(step: 30), "{}", torn].joined(separator: "\n")
    try folder.write(Array(text.utf8) + [0xff, 0xfe], as: "a/b/run/metrics.jsonl")
    let run = SmallRun()
    let expected = [(0, []), (19, [10]), (20, [10, 20]), (100, [10, 20, 30])]
    for (step, steps) in expected.reversed() {
      _ = try Recorder(
        directory: directory, configuration: run.configuration, facts: run.facts, step: step,
        log: .silent)
      let kept = try String(contentsOfFile: directory.metrics, encoding: .utf8)
      #expect(kept == steps.map { line(step: $0) + "\n" }.joined(), "up to \(step)")
    }
    #expect(try folder.names == ["a"])
  }

  @Test("a record's names are those of the documentation")
  func recordNames() throws {
    let record = try JSONDecoder().decode(MetricsRecord.self, from: Data(line(step: 4).utf8))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(record), as: UTF8.self) == line(step: 4))
    let classes =
      line(step: 4).replacingOccurrences(of: #""mse":1,"#, with: "").replacingOccurrences(
        of: "{\"distinct", with: "{\"cross_entropy\":2,\"distinct"
      ).dropLast() + #","validation_accuracy":0.5,"validation_cross_entropy":3}"#
    let other = try JSONDecoder().decode(MetricsRecord.self, from: Data(classes.utf8))
    #expect(other.objective == Metric("cross_entropy", 2))
    #expect(other.validation == [Metric("accuracy", 0.5), Metric("cross_entropy", 3)])
    #expect(String(decoding: try encoder.encode(other), as: UTF8.self) == classes)
    #expect(record.validation.isEmpty && record.objective == Metric("mse", 1) && record.stepMs.max == 2)
  }
}
