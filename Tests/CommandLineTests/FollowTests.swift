import Foundation
import ProcessSupport
import Testing

/// Runs that are followed from outside, and what training says itself.
struct FollowTests {
  @Test("watch of a finished run says so and how to look at it")
  func finished() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["watch", "run"])
    #expect(result.ending == .exited(0) && result.errorOutput.isEmpty, "\(result)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.first?.hasPrefix("epoch 3/3  step 15  loss ") == true, "\(lines)")
    #expect(lines.last == "done: cae select run")
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test("watch of a run that ended before its end says how it goes on")
  func interrupted() throws {
    let workspace = try Workspace.withFinishedRun()
    try workspace.remove("run/result.json")
    let result = try workspace.cae(["watch", "run"])
    #expect(result.ending == .exited(75), "\(result)")
    #expect(result.output.contains("start it again with --resume --run-dir run"))
  }

  @Test("watch follows a run to its end")
  func follows() throws {
    let workspace = try Workspace()
    let run = try workspace.program.start(
      ["train", "--run-dir", "run"] + Workspace.shortRun + ["--epochs", "400"],
      environment: Program.plainEnvironment, directory: workspace.directory.path)
    for _ in 0..<1_500 where !FileManager.default.fileExists(atPath: workspace.path("run/metrics.jsonl")) {
      usleep(20_000)
    }
    let watched = try workspace.cae(["watch", "run"])
    let trained = run.result(timeout: 60)
    #expect(trained.ending == .exited(0), "\(trained)")
    #expect(watched.ending == .exited(0), "\(watched)")
    #expect(watched.output.hasSuffix("done: cae select run\n"))
    let progress = trained.output.split(separator: "\n").filter { $0.hasPrefix("epoch ") }
    #expect(!progress.isEmpty && progress.allSatisfy { $0.count <= 100 })
    #expect(progress.last?.contains(" sure") == true && progress.last?.contains("best") == true)
  }

  @Test("--quiet prints nothing, and leaves the same run")
  func quiet() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["train", "--run-dir", "b", "--quiet"] + Workspace.shortRun)
    #expect(result.ending == .exited(0) && result.output.isEmpty && result.errorOutput.isEmpty, "\(result)")
    #expect(try workspace.bytes("b/model.safetensors") == workspace.bytes("run/model.safetensors"))
    let refused = try workspace.cae(["train", "--run-dir", "b", "--quiet"] + Workspace.shortRun)
    #expect(refused.ending == .exited(2) && refused.errorOutput.contains("already holds a run"))
  }

  @Test("--log-format json makes every message an object")
  func jsonMessages() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(
      ["train", "--run-dir", "run", "--log-format", "json"] + Workspace.shortRun)
    #expect(result.ending == .exited(2), "\(result)")
    let entry = try #require(
      try JSONSerialization.jsonObject(with: Data(result.errorOutput.utf8)) as? [String: String])
    #expect(entry["level"] == "error" && entry["message"]?.contains("already holds a run") == true)
    #expect(entry["time"]?.hasSuffix("Z") == true && entry.count == 3)
    let run = try workspace.cae(["train", "--run-dir", "new", "--log-format", "json"] + Workspace.shortRun)
    let levels = try run.errorOutput.split(separator: "\n").map {
      try JSONDecoder().decode([String: String].self, from: Data($0.utf8))["level"]
    }
    #expect(run.ending == .exited(0) && levels.contains("notice") && !run.output.contains("note: "), "\(run)")
  }

  @Test("--write-config names every setting, gives those that were given, and can be trained from")
  func template() throws {
    let workspace = try Workspace.withFinishedRun()
    let written = try workspace.cae(["train"] + Workspace.shortRun + ["--write-config", "a.yaml"])
    #expect(written.ending == .exited(0) && written.output.isEmpty, "\(written)")
    let lines = try workspace.text("a.yaml").split(separator: "\n").filter { !$0.hasPrefix("# ") }
    let given = lines.filter { !$0.hasPrefix("#") }
    #expect(
      given.sorted() == [
        "checkpoint-every: 5", "data: digits", "epochs: 3", "hidden: 16", "k: 8", "snapshot-epochs: none",
      ])
    #expect(lines.contains("#seed: 0") && lines.contains("#decay-to: 0.01"))
    // Uncommented, the defaults are what holds without them.
    let whole = lines.map { $0.hasPrefix("#") ? $0.dropFirst() : $0 }.joined(separator: "\n")
    try workspace.write(whole, to: "whole.yaml")
    for (file, run) in [("a.yaml", "a"), ("whole.yaml", "b")] {
      let result = try workspace.cae(["train", "--config", file, "--run-dir", run])
      #expect(result.ending == .exited(0), "\(result)")
      #expect(try workspace.bytes("\(run)/model.safetensors") == workspace.bytes("run/model.safetensors"))
    }
    let ranks = try workspace.cae(
      ["train", "--write-config", "c.yaml"],
      environment: ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"])
    #expect(ranks.ending == .exited(0) && !FileManager.default.fileExists(atPath: workspace.path("c.yaml")))
  }

  @Test("doctor ends with 1 just where it has something to mend")
  func doctor() throws {
    let workspace = try Workspace()
    let asRoot = ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
    let here = try workspace.cae(["doctor"], environment: asRoot)
    #expect(here.ending == .exited(here.output.contains("\nto mend:\n") ? 1 : 0), "\(here)")
    for name in ["processor", "cores", "memory", "products", "MPI", "launcher", "shared memory", "HDF5"] {
      #expect(here.output.contains("\n  \(name) ") || here.output.contains("\n! \(name) "), "\(name)")
    }
    let alone = try workspace.cae(["doctor"], environment: asRoot.merging(["PATH": "/nowhere"]) { $1 })
    #expect(alone.ending == .exited(1) && alone.output.contains("\n! launcher       no mpirun\n"), "\(alone)")
    let slow = try workspace.cae(["doctor"], environment: ["CAE_VECTOR_INSTRUCTIONS": "nonsense"])
    #expect(slow.ending == .exited(1) && slow.output.contains("CAE_VECTOR_INSTRUCTIONS"), "\(slow)")
  }

  @Test("--help shows what most runs need, --help-all every setting")
  func allHelp() throws {
    let workspace = try Workspace()
    let brief = try workspace.cae(["train", "--help"]).output
    let all = try workspace.cae(["train", "--help-all"])
    #expect(all.ending == .exited(0) && all.errorOutput.isEmpty)
    for option in ["--temperature-start", "--gjs-weight", "--stall-timeout", "--run-dir"] {
      #expect(all.output.contains("  \(option) <"))
    }
    #expect(brief.contains("  --run-dir <") && !brief.contains("  --temperature-start <"))
    #expect(brief.split(separator: "\n").count < 100)
  }
}
