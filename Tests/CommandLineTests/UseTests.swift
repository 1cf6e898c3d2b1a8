import Foundation
import ProcessSupport
import Tables
import Testing

/// Commands that use a run on tables.
struct UseTests {
  @Test("The selected pixels of a set rebuild all of it")
  func transformAndImpute() throws {
    let workspace = try Workspace.withFinishedRun()
    let made = try workspace.cae(["transform", "run", "--input", "digits", "--output", "k.csv"])
    #expect(made.ending == .exited(0), "\(made)")
    #expect(made.output == "k.csv: 600 rows of 8 columns\n" && made.errorOutput.isEmpty)
    let lines = try workspace.text("k.csv").split(separator: "\n")
    #expect(lines.count == 601 && lines[0].split(separator: ",").allSatisfy { $0.hasPrefix("feature_") })

    let rebuilt = try workspace.cae(["impute", "run", "--input", "k.csv", "--output", "all.npy"])
    #expect(rebuilt.ending == .exited(0), "\(rebuilt)")
    #expect(
      rebuilt.output == """
        all.npy: 600 rows of 784 columns
        all.npy.r2.csv: R2 by decoder, 200 rows (test)

        """)
    let all = try #require(try TableReaders.open(workspace.path("all.npy"), part: .training)).table
    let digits = try #require(try TableReaders.open(workspace.path("digits"), part: .training)).table
    let selected = try workspace.cae(["select", "run", "--format", "names"]).output.split(separator: "\n")
    for feature in selected.compactMap({ Int($0) }) {
      let rows = Array(0..<UInt32(600))
      let (given, copied): ([Float], [Float]) = (
        digits.values(of: rows, features: feature..<feature + 1),
        all.values(of: rows, features: feature..<feature + 1)
      )
      #expect(given == copied)
    }
    let shares = try workspace.text("all.npy.r2.csv").split(separator: "\n")
    #expect(shares.count == 785 && shares[0] == "feature,name,r2")
    #expect(shares.count { $0.hasSuffix(",1.0") } >= 8)
  }

  @Test("A run of labels predicts them, and rebuilds no features; one of features predicts none")
  func predict() throws {
    let workspace = try Workspace()
    let rows = (0..<120).map { i -> String in
      let (a, b, c) = (i % 12, i * 7 % 11, i * 5 % 13)
      return "\(a),\(b),\(c),\(100 + 20 * a + 3 * b),\(a > 5 ? "high" : "low")"
    }
    try workspace.write("a,b,c,dose,kind\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
    let reading = ["--data", "t.csv", "-k", "2", "--cache", "cache"]
    let regress = try workspace.cae(
      ["train", "--run-dir", "dose", "--task", "regress", "--label", "dose", "--exclude", "kind"] + reading)
    #expect(regress.ending == .exited(0), "\(regress)")
    let evaluated = try workspace.cae(["evaluate", "dose", "--json"])
    let r2 = try #require(evaluated.output.firstMatch(of: /"test_r2" : ([0-9.]+)/), "\(evaluated)")
    #expect(try #require(Double(r2.1)) > 0.98)
    let predicted = try workspace.cae(["predict", "dose", "--input", "t.csv", "--output", "p.csv"])
    #expect(predicted.ending == .exited(0), "\(predicted)")
    let lines = try workspace.text("p.csv").split(separator: "\n")
    #expect(lines.count == 121 && lines[0] == "prediction")
    for (i, line) in lines.dropFirst().enumerated() {
      let dose = Double(100 + 20 * (i % 12) + 3 * (i * 7 % 11))
      #expect(abs(try #require(Double(line)) - dose) < 30, "row \(i)")
    }
    let refused = try workspace.cae(["impute", "dose", "--input", "t.csv", "--output", "-"])
    #expect(refused.ending == .exited(4) && refused.errorOutput.contains("`cae predict`"), "\(refused)")

    let classify = try workspace.cae(
      ["train", "--run-dir", "kind", "--task", "classify", "--label", "kind", "--exclude", "dose"] + reading)
    #expect(classify.ending == .exited(0), "\(classify)")
    let kinds = try workspace.cae(["predict", "kind", "--input", "t.csv", "--output", "-"]).output
      .split(separator: "\n")
    #expect(kinds.count == 121 && kinds[0] == "prediction,high,low")
    for (i, line) in kinds.dropFirst().enumerated() {
      let fields = line.split(separator: ",")
      let parts = fields.dropFirst().compactMap { Double($0) }
      #expect(parts.count == 2 && abs(parts[0] + parts[1] - 1) < 1e-5)
      #expect((parts[0] > 0.5) == (i % 12 > 5), "row \(i): \(line)")
      #expect(fields[0] == (parts[0] > 0.5 ? "high" : "low"), "row \(i): \(line)")
    }
    let features = try Workspace.withFinishedRun()
    let none = try features.cae(["predict", "run", "--input", "digits", "--output", "-"])
    #expect(none.ending == .exited(4) && none.errorOutput.contains("`cae impute`"), "\(none)")
  }

  @Test("Without the run's data the result's linear R2 stands in, and it is said")
  func sharesWithoutData() throws {
    let workspace = try Workspace.withFinishedRun()
    _ = try workspace.cae(["transform", "run", "--input", "digits", "--output", "k.npy"])
    try workspace.remove("digits")
    let result = try workspace.cae(["impute", "run", "--input", "k.npy", "--output", "all.csv"])
    #expect(result.ending == .exited(0), "\(result)")
    #expect(result.output.contains("all.csv.r2.csv: R2 by linear regression, 200 rows (test)\n"))
    try workspace.remove("run/result.json")
    let without = try workspace.cae(["impute", "run", "--input", "k.npy", "--output", "b.csv"])
    #expect(without.ending == .exited(0) && without.errorOutput.contains("is not known"), "\(without)")
    #expect(try !workspace.names(in: ".").contains("b.csv.r2.csv"))
  }

  @Test("Columns beyond the selection are ignored by transform and told of by impute")
  func surplus() throws {
    let workspace = try Workspace.withFinishedRun()
    let header = try workspace.cae(["transform", "run", "--input", "digits", "--output", "-"]).output
      .split(separator: "\n")[0].split(separator: ",").reversed()
    let names = ["note"] + header.map(String.init)
    try workspace.write(names.joined(separator: ",") + "\nsome text,1,2,3,4,5,6,7,8\n", to: "k.csv")
    let some = try workspace.cae(["transform", "run", "--input", "k.csv", "--output", "-"])
    #expect(some.output.hasSuffix("\n8,7,6,5,4,3,2,1\n") && some.errorOutput.isEmpty, "\(some)")
    let all = try workspace.cae(["impute", "run", "--input", "k.csv", "--output", "-"])
    #expect(
      all.errorOutput == "cae: note: 1 column of k.csv is not selected and not used: 'note'\n", "\(all)")
    #expect(all.output.split(separator: "\n").map { $0.split(separator: ",").count } == [784, 784])
  }

  @Test(
    "Other tables are read by the names of their columns, whatever their order and whatever else is there")
  func columnsByName() throws {
    let workspace = try Workspace()
    let rows = (0..<120).map { i in [i % 12, i * 7 % 11, i * 5 % 13, 2 * (i % 12) + i % 3] }
    func write(_ order: [Int], _ further: String, scale: Int = 1, to path: String) throws {
      let lines = rows.enumerated().map { i, row in
        order.map { "\(scale * row[$0])" }.joined(separator: ",") + (further.isEmpty ? "" : ",text \(i)")
      }
      let names = order.map { "abcd".map(String.init)[$0] }.joined(separator: ",")
      try workspace.write(([names + further] + lines).joined(separator: "\n") + "\n", to: path)
    }
    try write([0, 1, 2, 3], "", to: "t.csv")
    try write([3, 1, 0, 2], ",note", to: "turned.csv")
    try write([0, 1, 2], "", to: "less.csv")
    try write([0, 1, 2, 3], "", scale: 1_000, to: "large.csv")
    let training = ["train", "--data", "t.csv", "-k", "2", "--cache", "cache", "--epochs", "30"]
    #expect(try workspace.cae(training + ["--run-dir", "r"]).ending == .exited(0))
    func errors(_ path: String) throws -> String {
      let result = try workspace.cae(["evaluate", "r", "--data", path, "--json", "--cache", "cache"])
      #expect(result.ending == .exited(0), "\(result)")
      return try #require(result.output.firstMatch(of: /"test_mse" : ([0-9.e-]+)/)).1.description
    }
    try write([1, 0, 2, 3], "", to: "other.csv")
    #expect(try errors("turned.csv") == errors("other.csv"))
    let less = try workspace.cae(["evaluate", "r", "--data", "less.csv", "--cache", "cache"])
    #expect(less.ending == .exited(3) && less.errorOutput.contains("not there: 'd'"), "\(less)")
    let tested = try workspace.cae(training + ["--run-dir", "s", "--test", "turned.csv"])
    #expect(tested.ending == .exited(0) && tested.output.contains("(120 rows)"), "\(tested)")
    let far = try workspace.cae(["impute", "r", "--input", "large.csv", "--output", "-"])
    #expect(far.ending == .exited(0) && far.errorOutput.contains("more than 10 deviations"), "\(far)")
  }

  @Test(
    "A reader that has had enough is no error, whether or not the signal is ignored",
    arguments: [
      "select run", "evaluate run", "transform run --input digits --output -",
      "impute run --input digits --output -",
    ], ["", "trap '' PIPE; "])
  func closedOutput(command: String, before: String) throws {
    let workspace = try Workspace.withFinishedRun()
    let bash = try #require(Program.named("bash"), "bash is not installed")
    let result = try bash.run(
      ["-c", "\(before)set -o pipefail; '\(workspace.program.path)' \(command) | head -c 1 > first"],
      directory: workspace.directory.path)
    #expect(result.ending == .exited(0), "\(result)")
    #expect(!result.errorOutput.contains("error"), "\(result)")
    #expect(try workspace.bytes("first").count == 1)
  }

  @Test(
    "A full disk behind standard output is an error",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullOutput() throws {
    let workspace = try Workspace.withFinishedRun()
    let bash = try #require(Program.named("bash"), "bash is not installed")
    let result = try bash.run(
      ["-c", "'\(workspace.program.path)' select run > /dev/full"], directory: workspace.directory.path)
    #expect(result.ending == .exited(5), "\(result)")
  }

  @Test("Under a launcher only rank 0 works; the others end well and silently")
  func otherRanks() throws {
    let workspace = try Workspace.withFinishedRun()
    for command in [
      ["select", "run"], ["evaluate", "run"], ["transform", "run", "--input", "digits", "--output", "k.csv"],
      ["impute", "run", "--input", "digits", "--output", "k.csv"],
      ["export", "run", "--output", "m.onnx"],
    ] {
      let result = try workspace.cae(
        command, environment: ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"])
      #expect(result.ending == .exited(0) && result.output.isEmpty && result.errorOutput.isEmpty, "\(result)")
    }
    #expect(try !workspace.names(in: ".").contains("k.csv"))
  }

  @Test("A model is exported whole or as its decoder alone, and keeps the pixels' names")
  func export() throws {
    let workspace = try Workspace.withFinishedRun()
    let whole = try workspace.cae(["export", "run", "--output", "m.onnx"])
    #expect(whole.ending == .exited(0) && whole.errorOutput.isEmpty, "\(whole)")
    #expect(whole.output == "m.onnx: whole of run/model.safetensors\n")
    let decoder = try workspace.cae(["export", "run", "--part", "decoder", "--output", "d.onnx"])
    #expect(decoder.ending == .exited(0), "\(decoder)")
    let names = try workspace.cae(["transform", "run", "--input", "digits", "--output", "-"]).output
      .split(separator: "\n")[0].split(separator: ",")
    let list = Data(("[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]").utf8)
    #expect(try workspace.bytes("m.onnx").range(of: list) != nil)
    let inputs = try #require(try workspace.bytes("d.onnx").range(of: Data("inputs".utf8)))
    #expect(try workspace.bytes("d.onnx")[inputs.upperBound...].range(of: list) != nil)
  }
}
