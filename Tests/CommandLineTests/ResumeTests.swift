import Foundation
import ProcessSupport
import Testing

/// Runs that go on: what is said, and that the bytes are those of an unbroken run.
struct ResumeTests {
  private static let newest = "run/checkpoints/step-00000015.safetensors"

  @Test("A damaged newest checkpoint is skipped, said so, and the run ends with the same bytes")
  func fallsBack() throws {
    let workspace = try Workspace.withFinishedRun()
    let model = try workspace.bytes("run/model.safetensors")
    try workspace.damage(Self.newest, at: try workspace.bytes(Self.newest).count - 40)
    try workspace.remove("run/model.safetensors")
    let result = try workspace.cae(["train", "--resume", "--run-dir", "run"])
    #expect(result.ending == .exited(0), "\(result)")
    try expectNotes(of: result, named: "notes/resume-after-damage")
    #expect(
      result.errorOutput.contains("cae: warning: skipped a damaged checkpoint: \(Self.newest): "), "\(result)"
    )
    #expect(try workspace.bytes("run/model.safetensors") == model)
  }

  @Test("A finished run that is resumed stays as it is")
  func finished() throws {
    let workspace = try Workspace.withFinishedRun()
    let before = try DirectoryContents(of: workspace.path("run"))
    let result = try workspace.cae(["train", "--resume", "--run-dir", "run"])
    #expect(result.ending == .exited(0), "\(result)")
    let after = try DirectoryContents(of: workspace.path("run"))
    #expect(before.changes(to: after) == ["lock"])
    try expectNotes(of: result, named: "notes/resume-finished")
  }

  @Test(
    "A checkpoint of another run in the directory is told by the settings that differ, and nothing changes")
  func foreignCheckpoint() throws {
    let workspace = try Workspace.withFinishedRun()
    let other = try workspace.cae(["train", "--run-dir", "other"] + Workspace.shortRun + ["--seed", "7"])
    #expect(other.ending == .exited(0), "\(other)")
    try workspace.write(try workspace.bytes("other/checkpoints/step-00000015.safetensors"), to: Self.newest)
    let before = try DirectoryContents(of: workspace.path("run"))
    let result = try workspace.cae(["train", "--resume", "--run-dir", "run"])
    #expect(result.ending == .exited(4), "\(result)")
    #expect(
      result.errorOutput.contains("saved by another run than run/config.yaml tells of: with --seed 7, not 0"),
      "\(result)")
    #expect(before.changes(to: try DirectoryContents(of: workspace.path("run"))) == [])
    try workspace.remove("run/config.yaml")
    let taken = try workspace.cae(["train", "--resume", "--run-dir", "run"])
    #expect(taken.ending == .exited(0), "\(taken)")
  }

  @Test("More epochs go on at the last temperature, and it is said")
  func moreEpochs() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["train", "--resume", "--run-dir", "run", "--epochs", "5"])
    #expect(result.ending == .exited(0), "\(result)")
    try expectNotes(of: result, named: "notes/resume-more-epochs")
    let lines = try workspace.text("run/metrics.jsonl").split(separator: "\n")
    let temperatures = try lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["temperature"] as? Double)
    }
    #expect(temperatures.count == 5)
    #expect(temperatures.suffix(3).allSatisfy { abs($0 - 0.02) < 1e-12 })

    // The longer run is a run like any other: begun with that plan it has the same bytes.
    let whole = try workspace.cae(
      ["train", "--run-dir", "whole"] + Workspace.shortRun + ["--epochs", "5", "--schedule-epochs", "3"])
    #expect(whole.ending == .exited(0), "\(whole)")
    #expect(try workspace.bytes("run/model.safetensors") == workspace.bytes("whole/model.safetensors"))
  }

  @Test(
    "What a run left is not read for what it is now, if it went on and did not end: it is said what is read")
  func wentOn() throws {
    let workspace = try Workspace.withFinishedRun()
    let older = try workspace.bytes("run/model.safetensors")
    let result = try workspace.cae(["train", "--resume", "--run-dir", "run", "--epochs", "5"])
    #expect(result.ending == .exited(0), "\(result)")
    let unneeded = try workspace.cae(["select", "run"])
    #expect(!unneeded.errorOutput.contains("has gone on"), "\(unneeded)")
    // As if it had been stopped before its end.
    try workspace.write(older, to: "run/model.safetensors")
    for command in [["evaluate", "run"], ["select", "run"], ["report", "run"]] {
      let read = try workspace.cae(command)
      #expect(read.ending == .exited(0), "\(read)")
      #expect(read.errorOutput.contains("this is of run/checkpoints/step-00000025.safetensors"), "\(read)")
    }
    let named = try workspace.cae([
      "evaluate", "run/model.safetensors", "--data", "digits", "--json",
    ])
    #expect(named.ending == .exited(0) && named.errorOutput.isEmpty, "\(named)")
    #expect(named.output.contains("run/model.safetensors"))
  }

  @Test("With --resume a run that has no checkpoint is started, and it is said")
  func starts() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["train", "--resume", "--run-dir", "new"] + Workspace.shortRun)
    #expect(result.ending == .exited(0), "\(result)")
    try expectNotes(of: result, named: "notes/resume-nothing")
    #expect(try workspace.bytes("new/model.safetensors") == workspace.bytes("run/model.safetensors"))
  }

  @Test("A moved run and a moved dataset go on")
  func moved() throws {
    let workspace = try Workspace.withFinishedRun()
    let model = try workspace.bytes("run/model.safetensors")
    try workspace.remove(Self.newest)
    try workspace.remove("run/model.safetensors")
    for (old, new) in [("run", "moved"), ("digits", "data")] {
      try FileManager.default.moveItem(atPath: workspace.path(old), toPath: workspace.path(new))
    }
    let result = try workspace.cae(["train", "--resume", "--run-dir", "moved", "--data", "data"])
    #expect(result.ending == .exited(0), "\(result)")
    #expect(try workspace.bytes("moved/model.safetensors") == model)
    #expect(!FileManager.default.fileExists(atPath: workspace.path("run")))
  }

  private func expectNotes(of result: ProcessResult, named name: String) throws {
    let notes = result.output.split(separator: "\n").filter {
      $0.hasPrefix("note: ") && !$0.contains("selector") && !$0.contains("OpenBLAS uses")
    }
    try Snapshot.expect(notes.map { $0 + "\n" }.joined(), named: name)
  }

  @Test("Labels are part of the data: a run does not go on with others, nor without")
  func otherLabels() throws {
    let workspace = try Workspace()
    func table(_ label: (Int) -> String) -> String {
      "a,b,c,kind\n" + (0..<60).map { "\($0 % 7),\($0 % 5),\($0 % 3),\(label($0))\n" }.joined()
    }
    let options = [
      "train", "--data", "t.csv", "--label", "kind", "--task", "classify", "--epochs", "2", "-k", "2",
      "--snapshot-epochs", "none",
    ]
    try workspace.write(table { $0 % 2 == 0 ? "x" : "y" }, to: "t.csv")
    let begun = try workspace.cae(options)
    #expect(begun.ending == .exited(0), "\(begun)")
    let before = try workspace.bytes("run/model.safetensors")
    try workspace.write(table { $0 % 3 == 0 ? "x" : "y" }, to: "t.csv")
    let other = try workspace.cae(options + ["--resume"])
    #expect(
      other.ending == .exited(4) && other.errorOutput.contains("the run was begun on other data"), "\(other)")
    try workspace.write(table { _ in "" }.replacingOccurrences(of: ",kind", with: ",sort"), to: "t.csv")
    let without = try workspace.cae(options + ["--resume"])
    #expect(without.ending == .exited(3) && without.errorOutput.contains("'kind'"), "\(without)")
    #expect(try workspace.bytes("run/model.safetensors") == before)
  }
}
