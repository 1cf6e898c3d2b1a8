import ArgumentParser
import AtomicFile
import Communication
import FeatureSelection
import RankSetup
import RunSettings

/// `cae predict`: the labels of a table of which the selected columns are known.
struct PredictCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "The labels of a table's rows, from the selected columns.",
    discussion: """
      For runs of --task classify and regress: a column `prediction`, with the likeliest class and after it a column for \
      each class with its probability, or with a number in the labels' units; .npy holds the numbers alone. Columns are found by name, in any order; by place where the table or the model has no names.
      """
        + HelpDetail.examples(
          "cae predict runs/a --input new.csv --output labels.csv"))

  @OptionGroup var table: TableUseOptions

  func run() throws {
    let run = try StoredRun.noted(table.source)
    _ = try RankEnvironment(
      programVersion: CommandLineProgram.version, communicator: LocalCommunicator())
    try table.tell(try run.predict(table.input, options: table.tableOptions(), to: table.output))
  }
}
