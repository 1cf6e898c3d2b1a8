import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RankSetup
import RunSettings
import Tables

/// A list of features from elsewhere, or none, beside simple ways of selecting: no selector is trained.
package struct ListComparison {
  /// The comparison; whole on rank 0.
  package let comparison: SelectionComparison
  /// The error over K; whole on rank 0, nil where it was not asked for.
  package let path: SelectionPath?
  /// What the features are called; nil where they have no names.
  package let names: [String]?
  /// SHA-256 of the rows.
  package let dataHash: String
  /// Where the rows are.
  package let dataPath: String

  /// Compares on the data that the configuration names; every rank must call, with the same settings. The features of the
  /// file `list` (names, numbers or patterns, one a line, or a table with a column `feature`) make K; without one K is the
  /// configuration's. With `trainsDecoders` a decoder is trained on each selection as well, with `findsPath` the
  /// error is told for other K as well. `log` is told how far a table is read where that takes long.
  ///
  /// Throws `ConfigurationError`, `DataError` or `ColumnChoiceError`.
  package init(
    _ configuration: RunConfiguration, list: String?, trainsDecoders: Bool, findsPath: Bool,
    programVersion: String, communicator: any Communicator, log: RunLog
  ) throws {
    var configuration = configuration
    try DataStaging.run(&configuration, communicator, log: log)
    _ = try RankEnvironment(programVersion: programVersion, communicator: communicator)
    let chosen = try communicator.agree(phase: "reading the features") { [configuration] in
      try list.map {
        try Self.features($0, OpenedRows(configuration.placedData).schema, path: configuration.data.path)
      }
    }
    if let chosen { configuration.selector.k = chosen.count }
    let input = try TrainingInput(&configuration, communicator: communicator)
    let held = try communicator.agree(phase: "opening the test rows") { [configuration] in
      try input.dataset.testRows(configuration, input.description)
    }
    let search = try LinearSearch(
      configuration, input.dataset, constraints: input.constraints, communicator)
    var comparison = try SelectionComparison(
      of: chosen, search: search, dataset: input.dataset, held: held, configuration: configuration,
      communicator: communicator)
    if trainsDecoders {
      let trials = try DecoderTrials(input, configuration, communicator: communicator)
      try comparison.train(trials, on: held, communicator: communicator)
    }
    self.comparison = comparison
    names = input.dataset.schema.names
    dataHash = input.description.contentHash
    dataPath = configuration.data.path
    path =
      findsPath
      ? try SelectionPath(
        search, dataset: input.dataset, held: held, configuration: configuration, communicator: communicator)
      : nil
  }

  private static func features(_ file: String, _ schema: TableSchema, path: String) throws -> [Int] {
    let first = (try? String(contentsOfFile: file, encoding: .utf8))?.split(whereSeparator: \.isNewline).first
    let isTable = first?.split(separator: ",").contains("feature") ?? false
    let features =
      isTable
      ? try WarmStart.features(
        file: file, featureCount: schema.featureCount, selectorCount: schema.featureCount, option: "features")
      : try schema.features(ColumnPatterns(["@\(file)"]), option: "features", path: path)
    guard !features.isEmpty else {
      throw ConfigurationError(option: "features", problem: "\(file) names no feature")
    }
    return Array(Set(features)).sorted()
  }
}
