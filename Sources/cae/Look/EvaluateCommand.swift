import ArgumentParser
import AtomicFile
import Communication
import ConcreteAutoencoder
import Evaluation
import FeatureSelection
import Foundation
import LinearAlgebra
import RankSetup
import RunSettings
import RunStore
import Tables
import TensorFiles

/// `cae evaluate`: the errors of a run's selection, or of a list of features from elsewhere, on held-out rows.
struct EvaluateCommand: RankZeroCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Errors of a run's selection, or of any list of features, on held-out rows.",
    discussion: """
      With --features nothing is selected: the list's error is that of a linear regression of all features (or of the labels) on \
      it, fitted to the training rows, beside those of simple ways of selecting as many. --refit trains a decoder on each as \
      well, by the schedule of `cae train`.
      """
        + HelpDetail.examples(
          "cae evaluate runs/a",
          "cae evaluate runs/a --data new.csv",
          "cae evaluate runs/a --json",
          "cae evaluate --features panel.txt --data proteins.csv --id MouseID",
          "cae evaluate --features panel.txt --data proteins.csv --id MouseID --refit"))

  /// Where the rows come from.
  enum Rows: SettingList {
    static let settings = Setting.all("data", "test", "cache") + Setting.reading
    static let defaultText: String? = "that of the run"
  }

  /// How a list is measured.
  enum Fitting: SettingList {
    static let settings = Setting.fitting
  }

  @Argument(help: ArgumentHelp("A run directory, a model or a checkpoint.", valueName: "run"))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "A list from elsewhere, in place of a run: names, numbers or patterns, one a line, or a selected.csv.",
      valueName: "file"))
  var features: String?

  @OptionGroup var json: JSONOutput

  @OptionGroup var place: SettingOptions<Rows>

  @Option(
    help: ArgumentHelp(
      "Also write the rebuilt rows [rows, features], scaled, to this safetensors file, as 'reconstructions'.",
      valueName: "file"))
  var reconstructions: String?

  @Flag(
    help:
      "With --features: also train a decoder on each selection, which takes as long as training does for each."
  )
  var refit = false

  @OptionGroup(title: "Options of --features") var fitting: SettingOptions<Fitting>
  @OptionGroup(title: "Options of --features") var ranks: RankOptions

  /// All ranks train decoders.
  var worksAlone: Bool { features == nil }

  func validate() throws {
    switch (source, features) {
    case (nil, nil):
      throw ValidationError("give a run to evaluate, or a list of features: --features FILE --data TABLE")
    case (.some, .some):
      throw ValidationError("a run and --features are two things to evaluate: give one")
    case (.some, nil):
      guard let option = fitting.given.sorted().first ?? (refit ? "refit" : nil) else { return }
      throw ValidationError("--\(option) is for --features alone: a run is measured as it was trained")
    case (nil, .some):
      if reconstructions != nil {
        throw ValidationError("--reconstructions are those of a run's model: a list of features has none")
      }
    }
  }

  func run() throws {
    if let features {
      var outline = RunConfiguration()
      try? place.apply(to: &outline)
      return try ranks.run(outline) { try evaluate(features, $0) }
    }
    try evaluate(StoredRun.noted(source ?? ""))
  }

  /// Prints the errors of a run.
  private func evaluate(_ run: StoredRun) throws {
    let (path, bundle) = (run.modelPath, run.bundle)
    let objective = bundle.model.shape.task.objective
    let held = try Dataset.heldOut(
      try rows(of: run), of: bundle.data, needsTarget: objective.target != .features)
    if place.text(of: "data") == nil, held.part == "all" {
      Failure.printError(
        "cae: note: \(held.dataset.table.path) is not what the run was trained on any more: errors are on all of its rows"
      )
    }
    _ = try RankEnvironment(
      programVersion: CommandLineProgram.version, communicator: LocalCommunicator())
    let validation = Validation(model: bundle.model, dataset: held.dataset, rows: held.rows)
    guard !held.rows.isEmpty else {
      throw ConfigurationError(option: "data", problem: "there are no rows to test on")
    }
    let (losses, sums) = try validation.rowSums(LocalCommunicator())
    let report = RunErrors(
      metrics: try objective.metrics(of: sums) + originalErrors(bundle, held, sums)
        + [losses.frobeniusError(of: bundle.model.shape)].compactMap { $0 },
      held: held, hash: try held.dataset.contentHash(), selection: bundle.selection,
      selectors: bundle.selection.selectors ?? .init(Convergence(bundle.model)), model: path,
      comparison: comparison(run, held))
    try json.print(report, text: report.text)
  }

  /// The run's comparison with other ways of selecting, where these are the rows that it was made on.
  private func comparison(_ run: StoredRun, _ held: HeldOutRows) -> SelectionComparison? {
    guard place.text(of: "data") == nil, place.text(of: "test") == nil,
      let comparison = run.result?.comparison,
      comparison.part == held.part, comparison.rows == SelectionComparison.rowsMeasured(of: held.rows.count)
    else { return nil }
    return comparison
  }

  /// Where the rows are: as the run had them, but for what is given. Other data do not come with the run's test rows.
  private func rows(of run: StoredRun) throws -> DatasetOptions {
    var configuration = try run.configuration()
    if place.text(of: "data") != nil { configuration.data.test = "" }
    try place.apply(to: &configuration)
    guard !configuration.data.path.isEmpty || !configuration.data.test.isEmpty else {
      throw ConfigurationError(
        option: "data", problem: "\(run.source) does not say where its data are; give their path")
    }
    for path in [\DatasetOptions.path, \.test] where configuration.data[keyPath: path] == StandardInput.name {
      configuration.data[keyPath: path] = try StandardInput.stage(options: configuration.placedData.table)
    }
    return configuration.placedData
  }

  /// Errors in the units of the file, as far as the task has some.
  private func originalErrors(_ bundle: ModelBundle, _ held: HeldOutRows, _ sums: LossSums) throws -> [Metric]
  {
    switch bundle.model.shape.task.objective.target {
    case .features: return try errors(bundle.model, held)
    case .classes: return []
    case .values:
      let scale = bundle.data.valueScaling?.deviation ?? 1
      let variance = held.valueVariance
      return [Metric("mse_original", sums.mean * scale * scale)]
        + (variance > 0 ? [Metric("r2", 1 - sums.mean / variance)] : [])
    }
  }

  /// The mean squared error in original units, and R2 of all features; writes the rebuilt rows if they are asked for.
  private func errors(_ model: Autoencoder<Float>, _ held: HeldOutRows) throws -> [Metric] {
    var rebuilt: [Float] = []
    let errors = ReconstructionErrors(model: model, rows: held) { block in
      if reconstructions != nil { rebuilt += UnsafeBufferPointer(start: block.base, count: block.count) }
    }
    if let reconstructions {
      try rebuilt.withUnsafeBufferPointer {
        try SafetensorsFile.write(
          [
            TensorToStore(
              name: "reconstructions", shape: [held.rows.count, model.shape.featureCount],
              elements: $0.baseAddress!)
          ], metadata: [:], to: reconstructions)
      }
    }
    return [Metric("mse_original", errors.mean)] + (errors.explainedTogether.map { [Metric("r2", $0)] } ?? [])
  }
}
