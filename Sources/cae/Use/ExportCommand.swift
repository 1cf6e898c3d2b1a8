import ArgumentParser
import AtomicFile
import FeatureSelection

/// `cae export`: the model for other programs.
struct ExportCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "The model as ONNX, for programs that know nothing of this one.",
    discussion: """
      It takes rows in original units and gives what `cae impute` writes: all columns rebuilt, the selected ones as they \
      were given; a model of labels gives what `cae predict` writes. Names of columns and classes stand in the model's \
      metadata as JSON: inputs, outputs, selected.
      """
        + HelpDetail.examples(
          "cae export runs/a --output model.onnx",
          "cae export runs/a --part decoder --output decoder.onnx"))

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String

  @Option(help: ArgumentHelp("The .onnx file to write; - for standard output.", valueName: "file"))
  var output: String

  @Option(help: "What it takes: all columns, or the selected ones alone as `cae transform` writes them.")
  var part = ExportedPart.whole

  func validate() throws {
    guard output == ByteOutputs.standard || output.lowercased().hasSuffix(".onnx") else {
      throw ValidationError("\(output): a model is exported as ONNX; give a name that ends in .onnx, or -")
    }
  }

  func run() throws {
    let run = try StoredRun(source)
    try run.export(part, programVersion: CommandLineProgram.version, to: output)
    guard output != ByteOutputs.standard else { return }
    try StandardOutput().append("\(output): \(part.rawValue) of \(run.modelPath)\n")
  }
}

extension ExportedPart: ExpressibleByArgument {}
