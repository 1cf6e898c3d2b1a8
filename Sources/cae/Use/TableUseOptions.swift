import ArgumentParser
import AtomicFile
import FeatureSelection
import Foundation
import RunSettings
import Tables

/// A run, a table to use it on, and where the outcome goes.
struct TableUseOptions: ParsableArguments {
  /// How the table is read.
  enum Reading: SettingList { static let settings = Setting.reading }

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String

  @Option(
    help: ArgumentHelp("The table, in any format that train takes; - for standard input.", valueName: "file"))
  var input: String

  @Option(help: ArgumentHelp("The table to write: \(TableWriters.forms).", valueName: "file"))
  var output: String

  @OptionGroup var reading: SettingOptions<Reading>

  func validate() throws {
    guard TableWriters.takes(output) else { throw ValidationError("\(OutputFormError(path: output))") }
    if output != ByteOutputs.standard, Self.place(of: output) == Self.place(of: input) {
      throw ValidationError("--output: \(output) is the table that is read; choose another file")
    }
  }

  private static func place(of path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// Says what was read and written: notes on standard error, the file on standard output unless that is the table.
  func tell(_ use: TableUse) throws {
    for note in use.notes { Failure.printError("cae: note: \(note)") }
    guard output != ByteOutputs.standard else { return }
    try StandardOutput.print("\(output): \(use.rows.counted("row")) of \(use.columns.counted("column"))")
  }

  /// How the table is to be read, as far as that was said.
  func tableOptions() throws -> TableOptions {
    var configuration = RunConfiguration()
    try reading.apply(to: &configuration)
    return configuration.data.table
  }
}
