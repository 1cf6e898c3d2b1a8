/// One selector's choice: the feature that its logits rank first, and how sure it is of it.
public struct SelectedFeature: Codable, Sendable, Equatable {
  /// The selector, counted from 0.
  public var selector: Int
  /// The selected feature, counted from 0 in the order of the dataset's columns.
  public var feature: Int
  /// The feature's image row, when the dataset is made of images.
  public var row: Int?
  /// The feature's image column, when the dataset is made of images.
  public var column: Int?
  /// The feature's name, when the dataset names its columns.
  public var name: String?
  /// The softmax probability of the feature under the selector's logits, without noise, in 0...1.
  public var probability: Double
  /// The same of the feature and its copies, where these are known.
  public var groupProbability: Double?

  /// Its place in the order of importance, from 1; nil where that is not known.
  public var rank: Int?
  /// How much the mean squared error of a linear regression on the selection rises without it.
  public var importance: Double?
  /// The features that could best stand in for it, best first.
  public var standIns: [StandIn]?

  /// Whether the best of them is as good but for a hundredth of what it adds: which of the two is selected is then chance.
  public var isInterchangeable: Bool?

  /// The stand-ins that have something in common with it: without, what one replaces is nothing that the feature tells of others.
  package var relatedStandIns: [StandIn] {
    (standIns ?? []).filter { abs($0.correlation) >= Self.leastCorrelation }
  }
  private static let leastCorrelation = 0.3

  /// A feature that could stand in for a selected one.
  public struct StandIn: Codable, Sendable, Equatable {
    /// The feature.
    public var feature: Int
    /// Its name, when the dataset names its columns.
    public var name: String?
    /// Its correlation with the selected one.
    public var correlation: Double

    /// Makes one from its parts.
    public init(feature: Int, name: String? = nil, correlation: Double) {
      (self.feature, self.name, self.correlation) = (feature, name, correlation)
    }

    /// Its name, else its number.
    public var title: String { name ?? "\(feature)" }
  }

  enum CodingKeys: String, CodingKey {
    case selector, feature, row, column, name, probability, rank, importance
    case groupProbability = "group_probability"
    case standIns = "stand_ins"
    case isInterchangeable = "interchangeable"
  }

  /// Makes a selected feature from its parts.
  public init(
    selector: Int, feature: Int, row: Int? = nil, column: Int? = nil, name: String? = nil,
    probability: Double
  ) {
    self.selector = selector
    self.feature = feature
    self.row = row
    self.column = column
    self.name = name
    self.probability = probability
  }

  /// Whether the selector has settled, on the feature or on it and its copies: the probability reaches
  /// `Selection.convergedProbability`.
  ///
  /// A probability that is not a number counts as not converged.
  public var isConverged: Bool {
    max(probability, groupProbability ?? 0) >= Selection.convergedProbability
  }

  /// Its name, else its number.
  public var title: String { name ?? "\(feature)" }

  /// Takes over why `other`, the same feature, is selected.
  public mutating func takeReasons(of other: SelectedFeature) {
    (rank, importance) = (other.rank, other.importance)
    (standIns, isInterchangeable) = (other.standIns, other.isInterchangeable)
  }
}
