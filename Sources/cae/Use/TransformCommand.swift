import ArgumentParser
import AtomicFile
import FeatureSelection
import Tables

/// `cae transform`: the selected columns of a table.
struct TransformCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform", abstract: "The selected columns of a table, as they stand there.",
    discussion: """
      Columns are found by name, in any order; by place where the table or the model has no names. Others are ignored. The \
      row's identifier comes first where there is one (--id, else that of the run). Values are written as 32-bit floats.
      """)

  @OptionGroup var table: TableUseOptions

  func run() throws {
    let use = try StoredRun(table.source)
      .transform(table.input, options: table.tableOptions(), to: table.output)
    for note in use.notes { Failure.printError("cae: note: \(note)") }
    guard table.output != ByteOutputs.standard else { return }
    try StandardOutput().append(
      "\(table.output): \(use.rows.counted("row")) of \(use.columns.counted("column"))\n")
  }
}
