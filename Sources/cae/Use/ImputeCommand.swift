import ArgumentParser
import AtomicFile
import Communication
import FeatureSelection
import RankSetup
import RunSettings
import Tables

/// `cae impute`: all columns of a table of which the selected ones are known.
struct ImputeCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "impute", abstract: "All columns of a table, rebuilt from the selected ones.",
    discussion: """
      Rebuilt by the run's decoder, in original units; the selected ones are written as they stand in the table. What the \
      table has of other columns is not read: rebuilt values stand in their place. Columns are \
      found by name, in any order; by place where the table or the model has no names. Beside the output, OUTPUT.r2.csv says \
      how well each column is rebuilt: R2 on rows that were held out of training; OUTPUT.json what was read, with its SHA-256, \
      and by which model.
      """
        + HelpDetail.examples(
          "cae impute runs/a --input few.csv --output all.csv",
          "cae impute runs/a --gaps --input holes.csv --output whole.csv"))

  @OptionGroup var table: TableUseOptions

  @Flag(
    help:
      "Rebuild missing values alone, of a table with all of the model's columns; what it has stays as it is.")
  var gaps = false

  func run() throws {
    let run = try StoredRun.noted(table.source)
    _ = try RankEnvironment(
      programVersion: CommandLineProgram.version, communicator: LocalCommunicator())
    let use = try run.impute(table.input, options: table.tableOptions(), to: table.output, gapsOnly: gaps)
    if !use.surplus.isEmpty {
      let names = use.surplus.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      Failure.printError(
        "cae: note: \(use.surplus.count) \(use.surplus.count == 1 ? "column" : "columns") of \(table.input) "
          + "\(use.surplus.count == 1 ? "is" : "are") not \(gaps ? "the model's" : "selected") and not used: \(names)"
          + (use.surplus.count > 5 ? ", ..." : ""))
    }
    try table.tell(use)
    guard table.output != ByteOutputs.standard else { return }
    let shares = RebuiltShares(run)
    let record = ImputationRecord(input: table.input, use: use, run: run, shares: shares)
    try AtomicFile.write(try record.json(), to: table.output + ".json")
    guard let shares else {
      return Failure.printError(
        "cae: note: the run's data and its comparison are gone, so how well columns are rebuilt is not known")
    }
    let path = table.output + ".r2.csv"
    try shares.write(to: path, schema: run.bundle.data.schema)
    try StandardOutput().append(
      "\(path): R2 by \(shares.method.rawValue), \(shares.rows.counted("row")) (\(shares.part))\n")
  }
}
