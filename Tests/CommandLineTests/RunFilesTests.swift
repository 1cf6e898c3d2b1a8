import Foundation
import ProcessSupport
import Testing

/// What a run leaves in its directory, and where its settings come from.
struct RunFilesTests {
  @Test("A run leaves the documented files and a clean exit")
  func files() throws {
    let workspace = try Workspace.withFinishedRun()
    #expect(
      try workspace.names(in: "run") == [
        "checkpoints", "config.yaml", "lock", "metrics.jsonl", "model.safetensors", "report.html",
        "result.json", "run.json", "selected.csv",
      ])
    #expect(
      try workspace.names(in: "run/checkpoints").suffix(2) == [
        "step-00000010.safetensors", "step-00000015.safetensors",
      ])
  }

  @Test("Every line of metrics.jsonl is an object with the documented fields")
  func metrics() throws {
    let workspace = try Workspace()
    let result = try workspace.cae(["train", "--run-dir", "run", "--log-every", "2"] + Workspace.shortRun)
    #expect(result.ending == .exited(0), "\(result)")
    let lines = try workspace.text("run/metrics.jsonl").split(separator: "\n")
    let always: Set = [
      "step", "epoch", "temperature", "loss", "mse", "gjs", "mean_max", "distinct", "rows_per_second",
      "step_ms", "learning_rate", "selector_learning_rate",
    ]
    var steps: [Int] = []
    for line in lines {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let step = try #require(object["step"] as? Int)
      let isEpochEnd = step % 5 == 0
      #expect(Set(object.keys) == (isEpochEnd ? always.union(["validation_mse", "selectors"]) : always))
      #expect(object["epoch"] as? Int == (step - 1) / 5 + 1)
      let spread = try #require(object["step_ms"] as? [String: Double])
      #expect(try #require(spread["mean"]) <= (try #require(spread["max"])))
      let meanMax = try #require(object["mean_max"] as? Double)
      #expect(meanMax > 1 / 784 && meanMax <= 1)
      steps.append(step)
    }
    #expect(steps == [2, 4, 5, 6, 8, 10, 12, 14, 15])
  }

  @Test("selected.csv has a line a selector with the feature's place on the image")
  func selection() throws {
    let workspace = try Workspace.withFinishedRun()
    let lines = try workspace.text("run/selected.csv").split(separator: "\n")
    #expect(lines.first == "selector,feature,row,column,name,probability")
    #expect(lines.count == 1 + 8)
    for (index, line) in lines.dropFirst().enumerated() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = cells.prefix(4).compactMap { Int($0) }
      try #require(numbers.count == 4)
      #expect(numbers[0] == index)
      #expect(numbers[1] == numbers[2] * 28 + numbers[3])
      #expect(cells[4].isEmpty)
      #expect((0...1).contains(try #require(Double(cells[5]))))
    }
    #expect(
      try workspace.cae(["select", "run/model.safetensors", "--format", "csv"]).output
        == workspace.text("run/selected.csv"))
  }

  @Test("config.yaml of a run gives the same model again")
  func reproduction() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["train", "--config", "run/config.yaml", "--run-dir", "again"])
    #expect(result.ending == .exited(0), "\(result)")
    #expect(try workspace.bytes("again/model.safetensors") == workspace.bytes("run/model.safetensors"))
    #expect(
      try workspace.text("again/config.yaml")
        == workspace.text("run/config.yaml").replacingOccurrences(of: "run-dir: run", with: "run-dir: again"))
  }

  @Test(
    "Selectors that hardly move keep the features of a warm start",
    arguments: ["301\n322\n401\n", "selector,feature,row\n0,301,x\n1,322,y\n2,401,z\n"])
  func warmStart(file: String) throws {
    let workspace = try Workspace()
    try workspace.write(file, to: "features.csv")
    let result = try workspace.cae([
      "train", "--data", "digits", "--warm-start", "features.csv", "--k", "3", "--epochs", "1",
      "--selector-learning-rate", "1e-6", "--snapshot-epochs", "none", "--no-refit",
    ])
    #expect(result.ending == .exited(0), "\(result)")
    let rows = try workspace.text("run/selected.csv").split(separator: "\n").dropFirst()
    #expect(rows.map { $0.split(separator: ",")[1] } == ["301", "322", "401"])
  }

  @Test("Another seed gives another model")
  func otherSeed() throws {
    let workspace = try Workspace.withFinishedRun()
    let result = try workspace.cae(["train", "--config", "run/config.yaml", "--run-dir", "b", "--seed", "1"])
    #expect(result.ending == .exited(0), "\(result)")
    #expect(try workspace.bytes("b/model.safetensors") != workspace.bytes("run/model.safetensors"))
  }

  @Test("Options win over the file, which wins over the recipe")
  func precedence() throws {
    let workspace = try Workspace()
    try workspace.write("recipe: report\nk: 4\nepochs: 2\nhidden: [12, 6]\n", to: "settings.yaml")
    let result = try workspace.cae([
      "train", "--config", "settings.yaml", "--k", "5", "--data", "digits", "--snapshot-epochs", "none",
    ])
    #expect(result.ending == .exited(0), "\(result)")
    let settings = try workspace.text("run/config.yaml").split(separator: "\n")
    for line in ["recipe: report", "k: 5", "epochs: 2", "hidden: 12,6", "temperature-start: 10.0"] {
      #expect(settings.contains(Substring(line)))
    }
  }

  @Test("The recipe of the command line wins over that of the file")
  func recipes() throws {
    let workspace = try Workspace()
    try workspace.write("recipe: report\nepochs: 2\n", to: "settings.yaml")
    let result = try workspace.cae([
      "train", "--config", "settings.yaml", "--recipe", "default", "--data", "digits", "--k", "4",
      "--snapshot-epochs", "none",
    ])
    #expect(result.ending == .exited(0), "\(result)")
    let settings = try workspace.text("run/config.yaml").split(separator: "\n")
    #expect(settings.contains("recipe: default") && settings.contains("temperature-start: 2.0"))
  }

  @Test("Images are kept before training, at the chosen epochs, at the end and of the result, or not at all")
  func images() throws {
    let workspace = try Workspace()
    let options = ["train", "--data", "digits", "--epochs", "2", "--k", "4", "--hidden", "8"]
    let result = try workspace.cae(options + ["--snapshot-epochs", "1"])
    #expect(result.ending == .exited(0), "\(result)")
    let names = ["epoch-000", "epoch-001", "epoch-002", "mean", "original", "result", "seen"]
    #expect(try workspace.names(in: "run/images") == names.map { $0 + ".png" })
    for name in try workspace.names(in: "run/images") {
      #expect(try workspace.bytes("run/images/\(name)").starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }
    #expect(try workspace.text("run/report.html").contains("after epoch 1"))
    let none = try workspace.cae(
      options + ["--snapshot-epochs", "none", "--no-report", "--run-dir", "bare"])
    #expect(none.ending == .exited(0), "\(none)")
    #expect(try Set(workspace.names(in: "bare")).isDisjoint(with: ["images", "report.html"]))
    #expect(!none.output.contains("report.html"))
    #expect(try workspace.bytes("bare/model.safetensors") == workspace.bytes("run/model.safetensors"))
  }

  @Test("The report of a finished run can be made again from what it left, to the byte")
  func report() throws {
    let workspace = try Workspace.withFinishedRun()
    let page = try workspace.text("run/report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("8 of 784 features"))
    let again = try workspace.cae(["report", "run", "--output", "again.html"])
    #expect(again.ending == .exited(0) && again.output == "again.html\n", "\(again)")
    #expect(try workspace.text("again.html") == page)

    // Without the data, plots of held-out rows are missing and nothing else is.
    try workspace.remove("digits")
    let less = try workspace.cae(["report", "run"])
    #expect(less.ending == .exited(0), "\(less)")
    let shorter = try workspace.text("run/report.html")
    #expect(page.contains("True and rebuilt values") && !shorter.contains("True and rebuilt values"))
    #expect(shorter.contains("Against simpler ways of selecting"))
  }

  @Test("Without validation rows all rows are trained on")
  func noValidation() throws {
    let workspace = try Workspace()
    let result = try workspace.cae(
      ["train", "--run-dir", "run", "--validation-fraction", "0"] + Workspace.shortRun)
    #expect(result.ending == .exited(0), "\(result)")
    #expect(result.output.contains("600 training rows, 0 validation rows"))
    #expect(try !workspace.text("run/metrics.jsonl").contains("validation"))
    #expect(!result.output.contains("at best"))
  }

  @Test("A table of one row is refused")
  func oneRow() throws {
    let workspace = try Workspace()
    try workspace.write("a,b\n1,2\n", to: "t.csv")
    let result = try workspace.cae(["train", "--data", "t.csv", "-k", "1", "--run-dir", "run"])
    #expect(result.ending == .exited(3) && result.errorOutput.contains("1 row to train on"), "\(result)")
  }

  @Test("Where there is no terminal, output has no control characters")
  func plainOutput() throws {
    let workspace = try Workspace()
    let result = try workspace.cae(["train", "--run-dir", "run"] + Workspace.shortRun)
    #expect(result.errorOutput.isEmpty)
    let control = result.output.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7f }
    #expect(control.isEmpty)
    #expect(result.output.contains("epoch 3/3  step 15  "))
  }
}
