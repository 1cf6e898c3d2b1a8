import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import Tables

/// What a run works on, opened by every rank.
package struct TrainingInput {
  /// The rows, scaled and divided.
  package let dataset: Dataset
  /// What a model needs to know of them.
  package let description: DataDescription
  /// The model's sizes.
  package let shape: ModelShape
  /// What every selection obeys.
  package let constraints: SubsetConstraints

  /// Opens the data that a configuration names, settles what depends on them and checks the configuration; every rank must
  /// call. Rank 0 fits the preprocessing for all.
  ///
  /// Throws `ConfigurationError` or `DataError`.
  package init(_ configuration: inout RunConfiguration, communicator: any Communicator) throws {
    let rows = try communicator.agree(phase: "opening the data") { [configuration] in
      guard !configuration.data.path.isEmpty else {
        throw ConfigurationError(
          option: "data",
          problem: "no dataset is given; give its path, or set MNIST_DIR, or put it into data/mnist "
            + "(`cae data mnist --output data/mnist` fetches it)")
      }
      return try OpenedRows(configuration.placedData)
    }
    let text = try communicator.agree(phase: "fitting the preprocessing") {
      communicator.isRoot ? String(decoding: try JSONEncoder().encode(rows.fit()), as: UTF8.self) : ""
    }
    let fit = try JSONDecoder().decode(
      Preprocessing.Fit.self, from: Data(communicator.broadcast(text).utf8))
    self = try communicator.agree(phase: "looking at the data") {
      try TrainingInput(rows.dataset(fit), &configuration)
    }
  }

  private init(_ opened: Dataset, _ configuration: inout RunConfiguration) throws {
    var dataset =
      configuration.training.rowDraw == .all
      ? opened
      : opened.drawing(
        withReplacement: configuration.training.rowDraw == .bootstrap, share: 0.5,
        seed: configuration.training.seed)
    let features = dataset.schema.featureCount
    guard dataset.split.training.count > 1 else {
      throw DataError.tooFewRows(path: configuration.data.path, count: dataset.split.training.count)
    }
    configuration.fixAutomatic(featureCount: features, trainingRows: dataset.split.training.count)
    try configuration.validate(featureCount: features, trainingRows: dataset.split.training.count)
    var description = try dataset.description()
    if configuration.task.objective.target == .values {
      (dataset, description.valueScaling) = try dataset.predictingValues()
    }
    (self.dataset, self.description) = (dataset, description)
    constraints = try SubsetConstraints(configuration, dataset.schema)
    shape = ModelShape(
      featureCount: features, selectorCount: configuration.selector.k,
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      task: configuration.task, targetCount: try Self.targetCount(configuration, dataset),
      indirectSize: configuration.selector.shapedIndirectSize)
  }

  /// Outputs of a model whose outputs are not the features: one a class, or one number.
  private static func targetCount(_ configuration: RunConfiguration, _ dataset: Dataset) throws -> Int? {
    switch configuration.task.objective.target {
    case .features: return nil
    case .values: return 1
    case .classes: break
    }
    guard let classes = dataset.target?.classNames else {
      throw ConfigurationError(
        option: "task",
        problem: "\(configuration.task.rawValue) needs classes, and \(configuration.data.path) has "
          + (dataset.target == nil
            ? "no labels; --label names the column that holds them"
            : "numbers for labels; --task regress predicts them"))
    }
    guard classes.count > 1 else {
      throw ConfigurationError(
        option: "task",
        problem: "\(configuration.task.rawValue) needs two classes at the least, and every row of "
          + "\(configuration.data.path) has '\(classes.first ?? "")'; is --label the right column?")
    }
    return classes.count
  }

  /// Rows of a class, in the mean, from which it can be told.
  private static let fewRows = 5

  /// Why classes may be none; nil where they are many rows each.
  package var classNote: String? {
    guard shape.task.objective.target == .classes, let names = dataset.target?.classNames,
      case let count = names.count,
      dataset.split.training.count < Self.fewRows * count
    else { return nil }
    let areNumbers = names.allSatisfy { Double($0) != nil }
    return "\(count) classes for \(dataset.split.training.count) training rows: few rows tell each"
      + (areNumbers ? "; labels that are a quantity are predicted by --task regress" : "")
  }

  /// The features of the warm start's file; none without one.
  package func givenFeatures(_ configuration: RunConfiguration) throws -> [Int] {
    let file = configuration.warmStart
    guard !file.isEmpty else { return [] }
    return try WarmStart.features(
      file: file, featureCount: shape.featureCount, selectorCount: shape.selectorCount)
  }
}
