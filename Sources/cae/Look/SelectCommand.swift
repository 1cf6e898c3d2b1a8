import ArgumentParser
import AtomicFile
import ConcreteAutoencoder
import FeatureSelection
import SelectionReport

/// `cae select`: the selected features of a run.
struct SelectCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "The selected features of a run, model or checkpoint.",
    discussion: """
      Where the run's result says so, with what each adds to the others (the rise of the linear mean squared error without \
      it) and the two features that could best stand in for it.
      """
        + HelpDetail.examples(
          "cae select runs/a",
          "cae select runs/a --format names > features.txt",
          "cae select runs/a --format csv --output features.csv"))

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String

  @Option(help: "How to print them; names: one a line, npy: their numbers as int64.")
  var format = SelectionFormat.table

  @Option(help: "Which come first (default: importance where the run's result has it, else selector).")
  var order: Selection.Order?

  @Option(help: ArgumentHelp("Where to write them; - is standard output.", valueName: "file"))
  var output = ByteOutputs.standard

  func run() throws {
    let selection = try StoredRun.noted(source).selection
    if order == .importance, !selection.hasReasons {
      throw ConfigurationError(
        option: "order",
        problem: "\(source) has no result.json that says how important each feature is; leave the option out")
    }
    let sorted = selection.sorted(by: order ?? (selection.hasReasons ? .importance : .selector))
    let bytes = try format.bytes(of: sorted)
    let file = try ByteOutputs.open(output)
    try bytes.withUnsafeBytes(file.append)
    try file.commit()
    if let note = selection.convergenceNote { Failure.printError("cae: note: \(note)") }
  }
}

extension SelectionFormat: ExpressibleByArgument {}
extension Selection.Order: ExpressibleByArgument {}
