/// Samples and, where known, the class of each.
public struct LabeledTable: Sendable {
  /// The samples, `[rowCount, featureCount]`.
  public let features: any FeatureTable
  /// One class a sample; nil when the data has none.
  public let labels: [UInt8]?

  /// Pairs `features` with as many `labels`.
  public init(features: any FeatureTable, labels: [UInt8]?) {
    precondition(labels.map { $0.count == features.rowCount } ?? true, "one label a sample")
    self.features = features
    self.labels = labels
  }
}
