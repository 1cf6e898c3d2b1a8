import Communication
import ConcreteAutoencoder
import Evaluation
import Foundation
import RunSettings
import Tables

/// What a run works on, opened by every rank.
public struct TrainingInput {
  /// The rows, scaled and divided.
  package let dataset: Dataset
  /// What a model needs to know of them.
  package let description: DataDescription
  /// The model's sizes.
  public let shape: ModelShape
  /// What every selection obeys.
  package let constraints: SubsetConstraints

  /// Opens the data that a configuration names, settles what depends on them and checks the configuration; every rank must
  /// call. Rank 0 fits the preprocessing for all.
  ///
  /// Throws `ConfigurationError` or `DataError`.
  public init(_ configuration: inout RunConfiguration, communicator: any Communicator) throws {
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
    dataset =
      configuration.training.rowDraw == .all
      ? opened
      : opened.drawing(
        withReplacement: configuration.training.rowDraw == .bootstrap, share: 0.5,
        seed: configuration.training.seed)
    let features = dataset.schema.featureCount
    configuration.fixCounts(featureCount: features, trainingRows: dataset.split.training.count)
    configuration.training.fixMicroBatches()
    try configuration.validate(featureCount: features, trainingRows: dataset.split.training.count)
    description = try dataset.description()
    constraints = try Self.constraints(configuration, dataset.schema)
    shape = ModelShape(
      featureCount: features, selectorCount: configuration.selector.k,
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      task: configuration.task, targetCount: try Self.targetCount(configuration, dataset))
  }

  /// Features to keep and never to select, as a selection of K of these can obey them.
  private static func constraints(_ configuration: RunConfiguration, _ schema: TableSchema) throws
    -> SubsetConstraints
  {
    let (refinement, path) = (configuration.refinement, configuration.data.path)
    let constraints = SubsetConstraints(
      keep: try schema.features(refinement.keep, option: "keep", path: path),
      excluded: try schema.features(refinement.never, option: "never", path: path),
      conflicts: try FeatureDistance.conflicts(refinement.minimumDistance, schema, path: path))
    if let both = constraints.keep.first(where: Set(constraints.excluded).contains) {
      throw ConfigurationError(
        option: "keep", problem: "\(schema.title(of: both)) is never to be selected as well (--never)")
    }
    do {
      try constraints.validate(count: configuration.selector.k, featureCount: schema.featureCount)
    } catch let error as SubsetError {
      let option =
        switch error {
        case .keptTogether, .tooFewTogether: "min-distance"
        default: constraints.keep.isEmpty ? "never" : "keep"
        }
      throw ConfigurationError(option: option, problem: "\(error)")
    }
    guard configuration.refinement.distinct || constraints == .none else {
      throw ConfigurationError(
        option: "distinct",
        problem: "--keep, --never and --min-distance are obeyed by the assignment of distinct features alone")
    }
    return constraints
  }

  /// Outputs of a model whose outputs are not the features: one a class.
  private static func targetCount(_ configuration: RunConfiguration, _ dataset: Dataset) throws -> Int? {
    guard configuration.task.objective.target == .classes else { return nil }
    guard let classes = dataset.target?.classNames else {
      throw ConfigurationError(
        option: "task",
        problem: "\(configuration.task.rawValue) needs classes, and \(configuration.data.path) has "
          + (dataset.target == nil
            ? "no labels; --label names the column that holds them" : "numbers for labels"))
    }
    return classes.count
  }

  /// The features of the warm start's file; none without one.
  package func givenFeatures(_ configuration: RunConfiguration) throws -> [Int] {
    let file = configuration.warmStart
    guard !file.isEmpty else { return [] }
    return try WarmStart.features(
      file: file, featureCount: shape.featureCount, selectorCount: shape.selectorCount)
  }
}
