import Tables

/// The result of a concrete autoencoder: one feature a selector, out of `featureCount`.
public struct Selection: Codable, Sendable, Equatable {
  /// The probability from which a selector counts as converged.
  public static let convergedProbability = 0.9

  /// The selected features in the order of the selectors.
  public var features: [SelectedFeature]
  /// The number of features that the selectors chose from.
  public var featureCount: Int
  /// Where the features come from, if not from the selectors: "search", for example. Their probabilities, those that the
  /// selectors give them, then say nothing about convergence.
  public var source: String?
  /// The mean squared error of a linear regression on all of them, which rises by a feature's `importance` without it; nil where that is
  /// not known.
  public var linearError: Double?
  /// What they were selected on; nil where that is not known.
  public var computedOn: ComputedOn?

  /// Rows that something was worked out on.
  public struct ComputedOn: Codable, Sendable, Equatable {
    /// Where they were read from, as it was given.
    public var data: String?
    /// SHA-256 of features and targets.
    public var hash: String
    /// How many.
    public var rows: Int?
    /// What they were for: `training`.
    public var part: String

    enum CodingKeys: String, CodingKey {
      case data, rows, part
      case hash = "data_sha256"
    }

    /// Makes one from its parts.
    public init(data: String?, hash: String, rows: Int?, part: String) {
      (self.data, self.hash, self.rows, self.part) = (data, hash, rows, part)
    }
  }

  enum CodingKeys: String, CodingKey {
    case features, source
    case linearError = "linear_error"
    case computedOn = "computed_on"
    case featureCount = "feature_count"
  }

  /// Makes a selection from finished parts.
  public init(features: [SelectedFeature], featureCount: Int) {
    self.features = features
    self.featureCount = featureCount
  }

  /// Makes a selection from each selector's feature and probability, filling in places and names.
  ///
  /// - Parameters:
  ///   - indices: the feature of each selector, `[k]`, each in `0..<featureCount`.
  ///   - probabilities: the probability of that feature, `[k]`.
  ///   - featureCount: how many features there are to choose from.
  ///   - grid: the image grid, if the dataset is made of images; its count must be `featureCount`.
  ///   - names: the name of every feature, `[featureCount]`, if the dataset has names.
  public init(
    indices: [Int], probabilities: [Double], featureCount: Int, grid: FeatureGrid? = nil,
    names: [String]? = nil, source: String? = nil
  ) {
    precondition(indices.count == probabilities.count, "one probability a selector")
    precondition(indices.allSatisfy { (0..<featureCount).contains($0) }, "a feature out of range")
    precondition(grid.map { $0.count == featureCount } ?? true, "the grid must hold every feature")
    precondition(names.map { $0.count == featureCount } ?? true, "one name a feature")
    self.featureCount = featureCount
    self.source = source
    features = indices.indices.map { selector in
      let feature = indices[selector]
      return SelectedFeature(
        selector: selector, feature: feature, row: grid?.row(of: feature),
        column: grid?.column(of: feature), name: names?[feature],
        probability: probabilities[selector])
    }
  }
}
