import ConcreteAutoencoder
import Evaluation
import RunSettings
import Tables

/// What a run works on, opened by every rank.
public struct TrainingInput {
  /// The training table.
  public let table: LabeledTable
  /// Rows trained on and rows set aside.
  public let split: RowSplit
  /// SHA-256 of the table.
  public let dataHash: String
  /// The model's sizes.
  public let shape: ModelShape

  /// Opens the data that a configuration names and checks the configuration against it.
  ///
  /// Throws `ConfigurationError` or `DataError`.
  public init(_ configuration: RunConfiguration) throws {
    guard !configuration.data.directory.isEmpty else {
      throw ConfigurationError(
        option: "data",
        problem: "no dataset is given; give its directory, or set MNIST_DIR, or put it into data/mnist "
          + "(`cae data mnist --output data/mnist` fetches it)")
    }
    table = try MNISTDataset.open(directory: configuration.data.directory, split: .train)
    split = try RowSplit(
      rowCount: table.features.rowCount, validationFraction: configuration.data.validationFraction)
    try configuration.validate(
      featureCount: table.features.featureCount, trainingRows: split.training.count)
    dataHash = try table.features.contentHash()
    shape = ModelShape(
      featureCount: table.features.featureCount, selectorCount: configuration.selector.k,
      hidden: configuration.decoder.hidden, layerNorm: configuration.decoder.layerNorm,
      objective: try Self.objective(configuration, labels: table.labels))
  }

  private static func objective(_ configuration: RunConfiguration, labels: [UInt8]?) throws -> Objective {
    guard configuration.task == .classify else { return .reconstruction }
    guard let top = labels?.max() else {
      throw ConfigurationError(
        option: "task", problem: "classify needs labels, and \(configuration.data.directory) has none")
    }
    return .classification(classes: Int(top) + 1)
  }

  /// The features of the warm start's file; none without one.
  package func givenFeatures(_ configuration: RunConfiguration) throws -> [Int] {
    let file = configuration.data.warmStart
    guard !file.isEmpty else { return [] }
    guard configuration.selector.initialLogits != .greedy else {
      throw ConfigurationError(
        option: "warm-start",
        problem: "--initial-logits greedy finds features of its own; give one of the two")
    }
    return try WarmStart.features(
      file: file, featureCount: shape.featureCount, selectorCount: shape.selectorCount)
  }
}
