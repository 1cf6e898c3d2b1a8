import ArgumentParser
import FeatureSelection
import Tables

/// `cae transform`: the selected columns of a table.
struct TransformCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform", abstract: "The selected columns of a table, as they stand there.",
    discussion: """
      Columns are found by name, in any order; by place where the table or the model has no names. Others are ignored. The \
      row's identifier comes first where there is one (--id, else that of the run). Values are written as 32-bit floats.
      """
        + HelpDetail.examples(
          "cae transform runs/a --input new.csv --output selected.csv",
          "cae transform runs/a --input new.npy --output - | head"))

  @OptionGroup var table: TableUseOptions

  func run() throws {
    try table.tell(
      try StoredRun.noted(table.source)
        .transform(table.input, options: table.tableOptions(), to: table.output))
  }
}
