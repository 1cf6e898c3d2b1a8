import ArgumentParser
import AtomicFile
import Communication
import ConcreteAutoencoder
import FeatureSelection
import Foundation
import ReportPage
import RunSettings
import RunStore

/// `cae compare`: runs beside each other, or simple ways of selecting.
struct CompareCommand: ParsableCommand {
  /// The data and K.
  enum Options: SettingList {
    static let settings =
      Setting.all("data", "test", "cache") + Setting.reading
      + Setting.all("k", "keep", "never", "min-distance", "one-of", "costs", "budget") + Setting.fitting
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs, or simple ways of selecting without training.",
    discussion: """
      Runs are put beside each other on one HTML page: their features, errors, convergence, curves and the settings \
      that differ. Without runs, the selections are compared on --data. \
      Errors are then those of a linear regression of all features (or of the classes) on the selected ones, fitted to the \
      training rows and measured on held-out rows. --refit trains a decoder on each selection as well, from its \
      beginning and by the schedule of `cae train`; --hidden and what follows say how. --only prints the features of \
      one way of selecting, one a line. What a list from elsewhere is worth, `cae evaluate --features` tells.
      """
        + HelpDetail.examples(
          "cae compare runs/a runs/b runs/c --output compare.html",
          "cae compare --data proteins.csv --id MouseID -k 8",
          "cae compare --data data/mnist -k 50 --only greedy > greedy.txt",
          "cae compare --data proteins.csv -k 8 --refit"))

  @Argument(help: ArgumentHelp("Run directories on the same columns, two or more.", valueName: "run"))
  var runs: [String] = []

  @Option(
    help: ArgumentHelp("Where the page of runs is written (default: compare.html).", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("Print only the features of this way of selecting: greedy, say.", valueName: "name"))
  var only: String?

  @Flag(help: "Train a decoder on each selection as well, which takes as long as training does for each.")
  var refit = false

  @Flag(help: "Also tell the error for other K, to twice the given one.")
  var path = false

  @OptionGroup var json: JSONOutput

  @OptionGroup var ranks: RankOptions
  @OptionGroup var options: SettingOptions<Options>

  func validate() throws {
    let unused =
      runs.isEmpty
      ? output.map { _ in ["output"] } ?? []
      : options.given.sorted() + (only == nil ? [] : ["only"])
        + (refit ? ["refit"] : []) + (path ? ["path"] : []) + (json.isJSON ? ["json"] : [])
    guard let option = unused.first else { return }
    throw ValidationError(
      runs.isEmpty
        ? "--output is of the page of runs: give run directories, or redirect what is printed"
        : "--\(option) is not for runs: these are compared as they are")
  }

  func run() throws {
    guard !runs.isEmpty else {
      var outline = RunConfiguration()
      try? options.apply(to: &outline)
      return try ranks.run(outline, compare)
    }
    try ranks.run { communicator in
      if communicator.isRoot { try writePage() }
      try communicator.finalize()
    }
  }

  private func writePage() throws {
    let stored = try runs.map { source in
      let run = try StoredRun.noted(source)
      guard FileManager.default.fileExists(atPath: run.directory.configuration) else {
        throw RunDirectoryError(
          "\(source) is no run directory: a comparison needs more than a model; give the directory")
      }
      return try RunReport(run)
    }
    let path = output ?? "compare.html"
    let comparison = try RunComparison(stored)
    try ReportPage(comparison).write(to: path)
    try StandardOutput.print("\(ResultTables.runs(comparison))\n\n\(comparison.lead)\nreport     \(path)")
  }

  private func compare(_ communicator: any Communicator) throws {
    var configuration = RunConfiguration()
    configuration.data.path = DataLocation.found() ?? ""
    try options.apply(to: &configuration)
    try configuration.validate()
    let result = try ListComparison(
      configuration, list: nil, trainsDecoders: refit, findsPath: path,
      programVersion: CommandLineProgram.version,
      communicator: communicator, log: Messages.log)
    if communicator.isRoot { try print(result) }
    try communicator.finalize()
  }

  private func print(_ result: ListComparison) throws {
    if let only {
      guard let entry = result.comparison.entries.first(where: { $0.name == only && $0.features != nil })
      else {
        let known = result.comparison.entries.filter { $0.features != nil }.map(\.name)
        throw ConfigurationError(
          option: "only", problem: "'\(only)' is not one of \(known.joined(separator: ", "))")
      }
      let names = (entry.features ?? []).map { result.names?[$0] ?? "\($0)" }
      return try StandardOutput.print(names.joined(separator: "\n"))
    }
    try json.print(
      Report(data: result.dataPath, hash: result.dataHash, comparison: result.comparison, path: result.path),
      text: ([ResultTables.comparison(result.comparison)]
        + (result.path.map { [ResultTables.path($0)] } ?? []))
        .joined(separator: "\n\n"))
  }

  private struct Report: Encodable {
    let data: String
    let hash: String
    let comparison: SelectionComparison
    let path: SelectionPath?

    enum CodingKeys: String, CodingKey {
      case data, comparison, path
      case hash = "data_sha256"
    }
  }
}
