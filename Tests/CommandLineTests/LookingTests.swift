import Tables
import Foundation
import ProcessSupport
import Testing

/// Commands that look at runs and make data.
struct LookingTests {
  @Test("evaluate prints JSON that agrees with what the run said")
  func evaluate() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["evaluate", "run", "--data", "digits", "--json"])
    #expect(result.ending == .exited(0), "\(result)")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let report = try #require(json as? [String: Any])
    #expect(
      Set(report.keys) == [
        "test_mse", "test_mse_original", "test_r2", "test_frobenius_error", "unique_percentage", "rows",
        "part", "data",
        "data_sha256", "distinct", "k", "mean_max",
        "unconverged", "converged", "model",
      ])
    #expect(report["rows"] as? Int == 200)
    #expect(report["k"] as? Int == 8)
    #expect(report["model"] as? String == "run/model.safetensors")
    let loss = try #require(report["test_mse"] as? Double)
    #expect((0.001..<0.2).contains(loss))
    // A mean of roots is at most the root of the mean.
    let frobenius = try #require(report["test_frobenius_error"] as? Double)
    #expect(frobenius > 0 && frobenius <= (loss / 784).squareRoot())
    #expect((0...100).contains(try #require(report["unique_percentage"] as? Double)))

    let lines = try workspace.text("run/metrics.jsonl").split(separator: "\n")
    let last = try JSONSerialization.jsonObject(with: Data(try #require(lines.last).utf8)) as? [String: Any]
    #expect(report["distinct"] as? Int == 8)
    #expect(report["mean_max"] as? Double == last?["mean_max"] as? Double)
  }

  @Test(
    "A run and its model hold the same selection, of distinct features; the checkpoint has that of training")
  func select() throws {
    let workspace = try Workspace.withFinishedRun()
    let tables = [
      try workspace.cae(["select", "run/model.safetensors", "--format", "csv"]).output,
      try workspace.text("run/selected.csv"),
    ]
    #expect(tables[0].split(separator: "\n").count == 9)
    #expect(tables[0] == tables[1])
    let features = tables[0].split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(Set(features).count == 8)
    let trained = try workspace.cae([
      "select", "run/checkpoints/step-00000015.safetensors", "--format", "csv",
    ])
    #expect(trained.output.split(separator: "\n").count == 9)
    let json = try workspace.cae(["select", "run", "--format", "json"])
    #expect(json.ending == .exited(0))
    _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
  }

  @Test(
    "compare of runs writes one page of both, which names the settings that differ, and refuses what it would ignore"
  )
  func compareRuns() throws {
    let workspace = try Workspace.withFinishedRun()
    let second = try workspace.cae([
      "train", "--data", "digits", "-k", "6", "--epochs", "2", "--hidden", "16", "--run-dir", "other",
    ])
    #expect(second.ending == .exited(0), "\(second)")
    let result = try workspace.cae(["compare", "run", "other", "--output", "both.html"])
    #expect(result.ending == .exited(0), "\(result)")
    #expect(
      result.output.hasPrefix("run    K  held-out error") && result.output.hasSuffix("report     both.html\n")
    )
    let page = try workspace.text("both.html")
    for title in [
      "2 runs beside each other", "Overlap", "Side by side", "Commands", "Held-out error",
      "Error during training",
    ] {
      #expect(page.contains(title), "\(title)")
    }
    let settings = page.components(separatedBy: "Settings that differ").last ?? ""
    #expect(settings.contains("<td>k</td><td>8</td><td>6</td>"))
    #expect(!settings.contains("<td>task</td>"))

    for arguments in [["run"], ["run", "other", "-k", "5"], ["run", "other", "--refit"]] {
      #expect(try workspace.cae(["compare"] + arguments).ending == .exited(2), "\(arguments)")
    }
    #expect(
      try workspace.cae(["compare", "--data", "digits", "-k", "6", "--output", "x.html"]).ending == .exited(2)
    )
  }

  @Test("compare gives K features of each way; evaluate tells what a list is worth, whose length is K")
  func compare() throws {
    let workspace = try Workspace()
    let greedy = try workspace.cae(["compare", "--data", "digits", "-k", "6", "--only", "greedy"])
    #expect(greedy.ending == .exited(0), "\(greedy)")
    #expect(Set(greedy.output.split(separator: "\n")).count == 6)
    try workspace.write(greedy.output, to: "list.txt")
    let result = try workspace.cae([
      "evaluate", "--data", "digits", "--features", "list.txt", "--json",
    ])
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(
      (json?["features"] as? [String])?.sorted()
        == greedy.output.split(separator: "\n").map(String.init).sorted())
    #expect(json?["k"] as? Int == 6 && json?["data"] as? String == "digits" && json?["data_sha256"] != nil)
    let comparison = try #require(json?["comparison"] as? [String: Any])
    let entries = try #require(comparison["entries"] as? [[String: Any]])
    func error(_ name: String) throws -> Double {
      try #require(entries.first { $0["name"] as? String == name }?["linear_error"] as? Double)
    }
    #expect(abs(try error("result") / error("greedy") - 1) < 1e-9)
    #expect(json?["linear_error"] as? Double == (try error("result")))
    #expect(try error("pca") <= error("result") && error("result") < error("random"))
    #expect(comparison["part"] as? String == "test")
  }

  @Test("A run's selection comes in order of importance, with stand-ins; or as the selectors are numbered")
  func selectOrder() throws {
    let workspace = try Workspace.withFinishedRun()
    func rows(_ options: String...) throws -> [[Substring]] {
      let result = try workspace.cae(["select", "run", "--format", "csv"] + options)
      #expect(result.ending == .exited(0), "\(result)")
      return result.output.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
    }
    let (byImportance, bySelector) = (try rows(), try rows("--order", "selector"))
    #expect(
      byImportance[0].suffix(5) == [
        "importance", "stand_in_1", "correlation_1", "stand_in_2", "correlation_2",
      ])
    #expect(byImportance.dropFirst().map { $0[6] } == (1...8).map { "\($0)" })
    #expect(bySelector.dropFirst().map { $0[0] } == (0..<8).map { "\($0)" })
    let importances = byImportance.dropFirst().compactMap { Double($0[7]) }
    #expect(importances.count == 8 && importances == importances.sorted(by: >))
    let names = try workspace.cae(["select", "run", "--format", "names"]).output
    #expect(names.split(separator: "\n") == byImportance.dropFirst().map { $0[1] })

    let written = try workspace.cae(["select", "run", "--format", "npy", "--output", "s.npy"])
    #expect(written.ending == .exited(0) && written.output.isEmpty, "\(written)")
    let bytes = try workspace.bytes("s.npy")
    #expect(bytes.count == 128 + 8 * 8)
    let numbers = bytes.dropFirst(128).withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    #expect(numbers.map { "\($0)" } == byImportance.dropFirst().map { String($0[1]) })
  }

  @Test("inspect shows names, shapes, step and hashes, and finds a damaged tensor")
  func inspect() throws {
    let workspace = try Workspace.withFinishedRun()
    let checkpoint = "run/checkpoints/step-00000015.safetensors"
    let whole = try workspace.cae(["inspect", checkpoint])
    #expect(whole.ending == .exited(0), "\(whole)")
    #expect(whole.output.contains("step: 15\n"))
    #expect(whole.output.contains(/encoder\.logits +F32 \[8, 784\] +sha256 [0-9a-f]{16}  as saved\n/))
    #expect(!whole.output.contains("DAMAGED"))
    try workspace.damage(checkpoint, at: try workspace.bytes(checkpoint).count - 40)
    let damaged = try workspace.cae(["inspect", checkpoint])
    #expect(damaged.output.split(separator: "\n").filter { $0.contains("DAMAGED") }.count == 1)
    #expect(
      damaged.ending == .exited(4) && damaged.errorOutput.contains("does not have the bytes that were saved"))

    // A letter of the settings, which no tensor's hash covers.
    let model = try workspace.bytes("run/model.safetensors")
    let place = try #require(model.firstRange(of: Data("reconstruct".utf8)))
    try workspace.damage("run/model.safetensors", at: place.lowerBound)
    let unsealed = try workspace.cae(["inspect", "run/model.safetensors"])
    #expect(unsealed.ending == .exited(4) && unsealed.errorOutput.contains("header"), "\(unsealed)")

    let images = try workspace.cae(["inspect", "digits/train-images-idx3-ubyte"])
    #expect(images.ending == .exited(0), "\(images)")
    #expect(images.output.contains("600 x 28 x 28\n"))
  }

  @Test("The synthetic digits follow from the seed")
  func synthetic() throws {
    let workspace = try Workspace()
    func make(_ directory: String, seed: String) throws -> DirectoryContents {
      let result = try workspace.cae([
        "data", "synthetic", "--output", directory, "--train", "600", "--test", "200", "--seed", seed,
      ])
      #expect(result.ending == .exited(0), "\(result)")
      return try DirectoryContents(of: workspace.path(directory))
    }
    let first = try make("a", seed: "0")
    #expect(first == (try DirectoryContents(of: workspace.path("digits"))))
    #expect(first.changes(to: try make("b", seed: "1")).count == 4)
    let opened = try #require(try TableReaders.open(workspace.path("a"), part: .training))
    #expect(opened.table.rowCount == 600 && opened.table.schema.featureCount == 784)
    #expect(opened.target?.classNames == (0...9).map(String.init))
  }

  @Test("Gzipped files give the same run as unpacked ones")
  func gzipped() throws {
    let workspace = try Workspace.withFinishedRun()
    let gzip = try #require(Program.named("gzip"), "gzip is not installed")
    for name in try workspace.names(in: "digits") {
      #expect(try gzip.run([name], directory: workspace.path("digits")).ending == .exited(0))
    }
    #expect(try workspace.names(in: "digits").allSatisfy { $0.hasSuffix(".gz") })
    let result = try workspace.cae(["train", "--run-dir", "packed"] + Workspace.shortRun)
    #expect(result.ending == .exited(0), "\(result)")
    #expect(try workspace.bytes("packed/model.safetensors") == workspace.bytes("run/model.safetensors"))
  }

  @Test("compare trains a decoder on each selection, and tells the error over K, where asked")
  func compareWithDecoders() throws {
    let workspace = try Workspace()
    let result = try workspace.cae([
      "compare", "--data", "digits", "-k", "4", "--refit", "--path", "--epochs", "3", "--hidden", "16",
      "--json",
    ])
    #expect(result.ending == .exited(0), "\(result)")
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let comparison = try #require(report["comparison"] as? [String: Any])
    let entries = try #require(comparison["entries"] as? [[String: Any]])
    for entry in entries {
      let hasDecoder = entry["decoder_error"] as? Double
      #expect((hasDecoder == nil) == (entry["features"] == nil), "\(entry)")
      #expect(hasDecoder.map { $0 > 0 && $0 < 1 } ?? true)
    }
    let path = try #require(report["path"] as? [String: Any])
    let steps = try #require(path["steps"] as? [[String: Any]])
    #expect(steps.compactMap { $0["k"] as? Int } == [1, 2, 3, 5, 7, 8])
    let table = try workspace.cae(["compare", "--data", "digits", "-k", "4", "--path"]).output
    #expect(table.contains("greedy selection with swaps at other K") && !table.contains("decoder"))
  }

  @Test("stability makes its selections once, and says how far they agree")
  func stability() throws {
    let workspace = try Workspace()
    let options = ["stability", "--runs", "3", "--run-dir", "several"] + Workspace.shortRun
    let result = try workspace.cae(options)
    #expect(result.ending == .exited(0), "\(result)")
    #expect(result.output.contains("run 3 of 3: ") && result.output.contains("agreement beyond chance"))
    #expect(try workspace.names(in: "several") == ["run-001", "run-002", "run-003", "stability.json"])
    #expect(try workspace.text("several/run-002/config.yaml").contains("row-draw: bootstrap"))
    let seeds = try (1...3).map { run in
      try workspace.text("several/run-00\(run)/config.yaml").split(separator: "\n").first {
        $0.hasPrefix("seed")
      }
    }
    #expect(Set(seeds).count == 3)
    let page = try workspace.cae(
      ["report", "several/run-001", "--stability", "several", "--output", "page.html"])
    #expect(page.ending == .exited(0), "\(page)")
    #expect(try workspace.text("page.html").contains("3 selections from draws of the rows"))
    let nowhere = try workspace.cae(["report", "several/run-001", "--stability", "several/run-002"])
    #expect(nowhere.ending == .exited(2) && nowhere.errorOutput.contains("there is no"), "\(nowhere)")
    try workspace.remove("page.html")
    let first = try workspace.bytes("several/stability.json")
    let again = try workspace.cae(options)
    #expect(again.ending == .exited(2) && again.errorOutput.contains("--resume"), "\(again)")
    try workspace.remove("several/run-003")
    let resumed = try workspace.cae(options + ["--resume"])
    #expect(resumed.ending == .exited(0), "\(resumed)")
    #expect(
      resumed.output.contains("run 1 of 3: made before") && !resumed.output.contains("run 3 of 3: made"))
    #expect(try workspace.bytes("several/stability.json") == first)
  }
}
