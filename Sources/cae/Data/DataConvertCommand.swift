import ArgumentParser
import AtomicFile
import RunSettings
import Tables

/// `cae data convert`: any table into the form that is trained from.
struct DataConvertCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Read a table once into the form that is trained from.",
    discussion: """
      Writes float32 NPY, rows by columns, NaN for missing values; beside it OUT.json with names, missing values and \
      the source's SHA-256, OUT.target.npy with the labels and OUT.ids with the identifiers, one a line. Of a sparse \
      matrix it holds the values other than 0, OUT.columns.npy their columns, OUT.starts.npy where each row begins. \
      `cae train` does the same by itself, into --cache.
      """
        + HelpDetail.examples(
          "cae data convert proteins.csv proteins.npy --id MouseID --label class",
          "zcat table.tsv.gz | cae data convert - table.npy"))

  /// How the table is read.
  enum Reading: SettingList { static let settings = Setting.reading }

  @Argument(help: "The table, or several with commas between them; - for standard input.")
  var input: String

  @Argument(help: "The .npy file to write.")
  var output: String

  @OptionGroup var reading: SettingOptions<Reading>

  func validate() throws {
    guard output.hasSuffix(".npy") else {
      throw ValidationError("\(output): the output is NPY; end its name with .npy")
    }
  }

  func run() throws {
    var configuration = RunConfiguration()
    try reading.apply(to: &configuration)
    let progress = StagingProgress(input) { Failure.printError("cae: \($0)") }
    let table = try TableReaders.convert(
      input, to: output, options: configuration.data.table, progress: progress)
    for note in table.notes { try StandardOutput.print("note: \(note)") }
    try StandardOutput.print(
      "\(output): \(table.rows.counted("row")) of \(table.schema.featureCount.counted("feature"))"
        + "\(entries(table))\(missing(table))\(labels(table))"
    )
  }

  private func entries(_ table: TableSidecar) -> String {
    table.entries.map { ", sparse: \($0.count.counted("value")) other than 0" } ?? ""
  }

  private func missing(_ table: TableSidecar) -> String {
    guard let counts = table.missing, let first = table.firstMissing else { return "" }
    return
      ", \(counts.reduce(0, +).counted("value")) missing in \(counts.count { $0 > 0 }) of them, the first in row "
      + "\(first.row) at \(table.schema.title(of: first.feature))"
  }

  private func labels(_ table: TableSidecar) -> String {
    guard let label = table.label else { return "" }
    return label.classes.map { "; labels of \($0.count) \($0.count == 1 ? "class" : "classes")" }
      ?? "; labels are numbers"
  }
}
