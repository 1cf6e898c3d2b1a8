import ArgumentParser
import RunStore
import SelectionReport

/// `cae select`: the selected features of a run.
struct SelectCommand: ParsableCommand {
  /// How the selection is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json
  }

  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "The selected features of a run, model or checkpoint.")

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String

  @Option(help: "How to print them.")
  var format = Format.table

  func run() throws {
    let bundle = try ModelBundle(path: try ModelBundle.find(source))
    let selection = Selection(bundle.selection, of: bundle.data.schema)
    switch format {
    case .table: print(selection.table())
    case .csv: print(selection.csv(), terminator: "")
    case .json: print(try selection.json())
    }
    if let note = selection.convergenceNote { Failure.printError("cae: note: \(note)") }
  }
}
