import ConcreteAutoencoder
import Evaluation
import RunSettings
import Tables

extension SubsetConstraints {
  /// What the settings ask of a selection of features of `schema`.
  ///
  /// Throws `ConfigurationError`, `ColumnChoiceError` or `DataError`; where no K features can obey as well.
  package init(_ configuration: RunConfiguration, _ schema: TableSchema) throws {
    let (refinement, path) = (configuration.refinement, configuration.data.path)
    self.init(
      keep: try schema.features(refinement.keep, option: "keep", path: path),
      excluded: try schema.features(refinement.never, option: "never", path: path),
      conflicts: try FeatureDistance.conflicts(refinement.minimumDistance, schema, path: path))
    add(
      groups: try FeatureGroups.read(refinement.oneOf, schema, path: path), featureCount: schema.featureCount)
    budget = try FeatureCosts.budget(refinement, schema, path: path)
    if let both = keep.first(where: Set(excluded).contains) {
      throw ConfigurationError(
        option: "keep", problem: "\(schema.title(of: both)) is never to be selected as well (--never)")
    }
    do {
      try validate(count: configuration.selector.k, featureCount: schema.featureCount)
    } catch let error as SubsetError {
      throw ConfigurationError(option: option(of: error, refinement), problem: "\(error)")
    }
    guard refinement.distinct || self == .none else {
      throw ConfigurationError(
        option: "distinct",
        problem:
          "--keep, --never, --min-distance, --one-of and --budget are obeyed by the assignment of distinct "
          + "features alone")
    }
  }

  /// Lets no two features of a group be selected together.
  private mutating func add(groups: [[Int]], featureCount: Int) {
    guard !groups.isEmpty else { return }
    if conflicts.isEmpty { conflicts = Array(repeating: [], count: featureCount) }
    for group in groups {
      for feature in group {
        conflicts[feature] = Set(conflicts[feature]).union(group).subtracting([feature]).sorted()
      }
    }
  }

  /// The option that is most likely to be wrong.
  private func option(of error: SubsetError, _ refinement: RefinementConfiguration) -> String {
    switch error {
    case .tooExpensive: "budget"
    case .keptTogether, .tooFewTogether:
      refinement.minimumDistance > 0 ? "min-distance" : refinement.oneOf.isEmpty ? "budget" : "one-of"
    default: keep.isEmpty ? "never" : "keep"
    }
  }
}
