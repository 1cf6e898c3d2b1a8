import Foundation

private let newest = "run/checkpoints/step-00000015.safetensors"
private let older = "run/checkpoints/step-00000010.safetensors"

extension BadInput {
  /// Run directories that cannot be used, and runs that cannot go on.
  static let runs: [BadInput] = [
    BadInput(
      "run-directory-holds-a-run", ["train", "--data", "digits", "--run-dir", "run"], code: 2, needsRun: true),
    .train("run-directory-empty-path", "--run-dir", ""),
    .train("run-directory-unwritable", "--run-dir", "/proc/run", code: 5),
    .train("run-directory-is-a-file", "--run-dir", "run", code: 5) { try $0.write("", to: "run") },
    .train("run-directory-below-a-file", "--run-dir", "file/run", code: 5) { try $0.write("", to: "file") },

    .resume("resume-other-k", "--k", "9"),
    .resume("resume-other-hidden", "--hidden", "16,16"),
    .resume("resume-other-seed", "--seed", "1"),
    .resume("resume-other-batch-size", "--batch-size", "64"),
    .resume("resume-other-temperature", "--temperature-end", "0.5"),
    .resume("resume-other-recipe", "--recipe", "report"),
    .resume("resume-other-micro-batches", "--micro-batches", "9"),
    .resume("resume-other-task", "--task", "classify"),
    .resume("resume-fewer-epochs", "--epochs", "2"),
    .resume("resume-other-schedule", "--epochs", "6", "--schedule-epochs", "6"),
    .resume("resume-unusable-value", "--log-every", "0", code: 2),
    .resume("resume-other-data", "--data", "others") { workspace in
      _ = try workspace.cae([
        "data", "synthetic", "--output", "others", "--train", "600", "--test", "200", "--seed", "1",
      ])
    },
    .resume("resume-data-missing", code: 3) { try $0.remove("digits") },
    .resume("resume-all-checkpoints-damaged") {
      try $0.damage(newest, at: 5_000)
      try $0.cut(older, to: 1_000)
    },
    .resume("resume-all-checkpoints-edited") { workspace in
      // Settings that are not those of the tensors.
      for step in [newest, older] {
        let text = String(data: try workspace.bytes(step), encoding: .isoLatin1)!
        let changed = text.replacingOccurrences(of: "hidden: 16", with: "hidden: 17")
        try workspace.write(changed.data(using: .isoLatin1)!, to: step)
      }
    },

    BadInput(
      "launcher-of-another-mpi", ["train", "--data", "digits"], code: 2,
      environment: ["OMPI_COMM_WORLD_SIZE": "4"]),
  ]

  /// What cannot be looked at.
  static let looking: [BadInput] = [
    BadInput("compare-no-such-way", ["compare", "--data", "digits", "-k", "3", "--only", "gredy"], code: 2),
    BadInput("evaluate-no-feature", ["evaluate", "--data", "digits", "--features", "list.txt"], code: 3) {
      try $0.write("12\nnope\n", to: "list.txt")
    },
    BadInput("evaluate-empty-list", ["evaluate", "--data", "digits", "--features", "list.txt"], code: 2) {
      try $0.write("\n", to: "list.txt")
    },
    BadInput("evaluate-nothing", ["evaluate"], code: 2),
    BadInput("evaluate-two-things", ["evaluate", "run", "--features", "list.txt"], code: 2),
    BadInput("evaluate-refit-of-a-run", ["evaluate", "run", "--refit"], code: 2),
    BadInput("verify-world-missing", ["verify-world", "nowhere"], code: 2),
    BadInput("verify-world-twice", ["verify-world", "run", "--ranks", "1,1"], code: 2, needsRun: true),
    BadInput("verify-world-too-many", ["verify-world", "run", "--ranks", "1,2"], code: 2, needsRun: true),
    BadInput("select-nothing", ["select"], code: 2),
    BadInput("select-missing", ["select", "run"], code: 4),
    BadInput("select-not-a-run", ["select", "digits"], code: 4),
    BadInput("select-idx", ["select", "digits/train-labels-idx1-ubyte"], code: 4),
    BadInput("select-unknown-format", ["select", "run", "--format", "xml"], code: 2, needsRun: true),
    BadInput("select-model-cut-short", ["select", "run"], code: 4, needsRun: true) {
      try $0.cut("run/model.safetensors", to: try $0.bytes("run/model.safetensors").count - 10_000)
    },
    BadInput("select-model-cut-in-header", ["select", "run/model.safetensors"], code: 4, needsRun: true) {
      try $0.cut("run/model.safetensors", to: 5)
    },
    BadInput("evaluate-data-missing", ["evaluate", "run", "--data", "nowhere"], code: 3, needsRun: true),
    BadInput("evaluate-missing", ["evaluate", "other", "--data", "digits"], code: 4),
    BadInput("evaluate-other-features", ["evaluate", "run", "--data", "small"], code: 3, needsRun: true) {
      try FileManager.default.createDirectory(
        atPath: $0.path("small"), withIntermediateDirectories: false)
      let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 3]
      try $0.write(Data(header + [UInt8](repeating: 7, count: 18)), to: "small/t10k-images-idx3-ubyte")
    },
    BadInput(
      "evaluate-unwritable-reconstructions",
      ["evaluate", "run", "--data", "digits", "--reconstructions", "nowhere/rows.safetensors"], code: 5,
      needsRun: true),
    BadInput(
      "select-no-importance", ["select", "run", "--order", "importance"], code: 2, needsRun: true
    ) { try $0.remove("run/result.json") },
    BadInput("report-of-a-model", ["report", "run/model.safetensors"], code: 2, needsRun: true),
    BadInput("report-nowhere", ["report", "nowhere"], code: 4),
    BadInput(
      "report-unwritable", ["report", "run", "--output", "nowhere/page.html"], code: 5, needsRun: true),
    BadInput(
      "transform-other-columns", ["transform", "run", "--input", "t.csv", "--output", "k.csv"], code: 3,
      needsRun: true
    ) { try $0.write("a,b\n1,2\n", to: "t.csv") },
    BadInput(
      "transform-unknown-form", ["transform", "run", "--input", "digits", "--output", "k.txt"], code: 2,
      needsRun: true),
    BadInput("watch-nothing", ["watch", "nowhere"], code: 2),
    BadInput("export-unknown-form", ["export", "run", "--output", "m.pt"], code: 2, needsRun: true),
    BadInput("export-unwritable", ["export", "run", "--output", "nowhere/m.onnx"], code: 5, needsRun: true),
    BadInput(
      "transform-input-missing", ["transform", "run", "--input", "nowhere", "--output", "k.csv"], code: 3,
      needsRun: true),
    BadInput(
      "transform-unwritable", ["transform", "run", "--input", "digits", "--output", "nowhere/k.csv"], code: 5,
      needsRun: true),
    BadInput(
      "transform-over-input", ["transform", "run", "--input", "t.csv", "--output", "./t.csv"], code: 2),
    BadInput(
      "impute-not-a-number", ["impute", "run", "--input", "t.csv", "--output", "all.csv"], code: 3,
      needsRun: true
    ) { try $0.write("1,2,3,4,5,6,7,8\n1,2,x,4,5,6,7,8\n", to: "t.csv") },
    BadInput("inspect-missing", ["inspect", "file"], code: 3),
    BadInput("inspect-missing-safetensors", ["inspect", "file.safetensors"], code: 4),
    BadInput("inspect-directory", ["inspect", "digits"], code: 3),
    BadInput("inspect-text", ["inspect", "run/config.yaml"], code: 3, needsRun: true),
    BadInput("inspect-checkpoint-cut-short", ["inspect", newest], code: 4, needsRun: true) {
      // From the end: the length of the header depends on the machine.
      try $0.cut(newest, to: try $0.bytes(newest).count - 10_000)
    },
  ]
}
