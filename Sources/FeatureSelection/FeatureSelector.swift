import Communication
import ConcreteAutoencoder
import DistributedTraining
import Foundation
import RunSettings
import RunStore
import SelectionReport
import Tables

/// Selects features of a table in memory: a whole run with all its stages in this process, of which no file stays.
///
/// ```swift
/// let selector = FeatureSelector(k: 8)
/// let fitted = try selector.fit(values, featureCount: 77, names: names)
/// print(fitted.selection.features.map(\.title))
/// let rebuilt = fitted.reconstruct(values)
/// ```
public struct FeatureSelector {
  /// Every setting of the run; the data's path and the run directory are chosen by `fit`.
  public var configuration: RunConfiguration
  /// Who hears what a run has to say beside its result: features of one value, selectors that cannot converge, and the like.
  public var log = RunLog.silent

  /// The default recipe with K = `k`.
  public init(k: Int) {
    configuration = Recipe.default.configuration
    configuration.selector.k = k
    configuration.output.snapshotEpochs = []
    configuration.output.report = false
  }

  /// Trains on `values` [rows, featureCount], row by row, NaN where one is missing; `progress` is told of every step.
  ///
  /// Throws `ConfigurationError` for settings that do not fit the table, `DataError` for values that cannot be used (see
  /// `configuration.data.missing`), `FileError` where the temporary directory takes no files, and `CancellationError` at the
  /// next step once the task that it is called from is cancelled.
  public func fit(
    _ values: [Float], featureCount: Int, names: [String]? = nil, progress: ((StepProgress) -> Void)? = nil
  ) throws -> FittedSelection {
    guard featureCount > 0, !values.isEmpty, values.count % featureCount == 0 else {
      throw ConfigurationError(
        option: "featureCount", problem: "\(values.count) values are not whole rows of \(featureCount)")
    }
    guard names.map({ $0.count == featureCount }) ?? true else {
      throw ConfigurationError(
        option: "names", problem: "\(names?.count ?? 0) names for \(featureCount) features")
    }
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("cae-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    var configuration = configuration
    configuration.data.path = "\(directory.path)/rows.npy"
    configuration.output.runDirectory = "\(directory.path)/run"
    let writer = try TableWriters.begin(
      configuration.data.path, TableHeading(names: (0..<featureCount).map { "feature_\($0)" }))
    try values.withUnsafeBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: featureCount) {
        try writer.append(UnsafeBufferPointer(rebasing: values[start..<start + featureCount]), texts: [])
      }
    }
    try writer.finish()
    let session = try TrainingSession(
      request: { [configuration] in
        ConfigurationRequest(recipe: configuration.recipe, file: nil, resume: false) { $0 = configuration }
      }, programVersion: "library", communicator: LocalCommunicator(),
      log: log)
    var result = SelectionResult()
    try SelectionRun(
      session, communicator: LocalCommunicator(), observer: progress.map { StepObserver(progress: $0) }
    ).run { result = $0 }
    if case .stopped? = result.outcome { throw CancellationError() }
    let run = try StoredRun(session.directory.path)
    var selection = run.selection
    for place in selection.features.indices {
      selection.features[place].name = names?[selection.features[place].feature]
    }
    return FittedSelection(selection: selection, result: result, bundle: run.bundle)
  }

  /// The same for callers that go on with something else: off the caller's actor, `progress` being told there.
  public func fit(
    _ values: [Float], featureCount: Int, names: [String]? = nil,
    progress: (@Sendable (StepProgress) -> Void)? = nil
  ) async throws -> FittedSelection {
    let train: () throws -> FittedSelection = {
      try fit(values, featureCount: featureCount, names: names, progress: progress)
    }
    return try train()
  }
}

/// Where what a run has to say goes.
public typealias RunLog = RunSettings.RunLog

/// Where training is after a step.
public typealias StepProgress = DistributedTraining.StepProgress

/// What came of a table in memory.
public final class FittedSelection: @unchecked Sendable {
  /// The features in the order of the selectors; `sorted(by: .importance)` orders them by what they add.
  public let selection: Selection
  /// All that the run found: errors, comparison, convergence.
  public let result: SelectionResult
  /// Never written to, which the compiler cannot see.
  private let bundle: ModelBundle
  private static let blockSize = 128

  init(selection: Selection, result: SelectionResult, bundle: ModelBundle) {
    self.selection = selection
    self.result = result
    self.bundle = bundle
  }

  /// The selected columns of `values` [rows, D], as [rows, K] in the order of `selection`.
  public func transform(_ values: [Float]) -> [Float] {
    let (d, features) = (selection.featureCount, selection.features.map(\.feature))
    precondition(values.count % d == 0, "whole rows of \(d) features")
    return stride(from: 0, to: values.count, by: d).flatMap { row in features.map { values[row + $0] } }
  }

  /// Every feature of `values` [rows, D], as the decoder rebuilds it from the selected ones, in the units of the table.
  ///
  /// Of the others nothing is read. The model must rebuild features, not find classes.
  public func reconstruct(_ values: [Float]) -> [Float] {
    let (d, preprocessing) = (selection.featureCount, bundle.data.preprocessing)
    precondition(bundle.model.shape.outputsAreFeatures, "a model of classes rebuilds nothing")
    precondition(values.count % d == 0, "whole rows of \(d) features")
    let evaluator = Evaluator(model: bundle.model, maximumRows: Self.blockSize)
    var rebuilt = [Float](repeating: 0, count: values.count)
    for first in stride(from: 0, to: values.count / d, by: Self.blockSize) {
      let rows = min(Self.blockSize, values.count / d - first)
      for row in 0..<rows {
        for feature in selection.features.map(\.feature) {
          let value = values[(first + row) * d + feature]
          evaluator.rows.base[row * d + feature] = preprocessing.scaled(value, feature: feature) ?? .nan
        }
      }
      let output = evaluator.decode(rowCount: rows)
      for index in 0..<rows * d {
        rebuilt[first * d + index] = Float(
          preprocessing.restored(Double(output.base[index]), feature: index % d))
      }
    }
    return rebuilt
  }
}

/// Tells of steps alone.
private final class StepObserver: TrainingObserver {
  private let progress: (StepProgress) -> Void

  init(progress: @escaping (StepProgress) -> Void) { self.progress = progress }

  func didStep(_ progress: StepProgress) { self.progress(progress) }
  func didRecord(_ record: MetricsRecord) {}
  func snapshot(epoch: Int, model: Autoencoder<Float>, validationLoss: Double?) {}
}
