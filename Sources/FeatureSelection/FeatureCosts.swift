import ConcreteAutoencoder
import Evaluation
import RunSettings
import Tables

/// What features cost.
enum FeatureCosts {
  /// The budget that the settings give, with the costs of their file; a feature that the file does not name costs 1. Nil
  /// where there is none.
  static func budget(
    _ refinement: RefinementConfiguration, _ schema: TableSchema, path: String
  ) throws -> FeatureBudget? {
    guard refinement.budget > 0 else { return nil }
    var costs = [Double](repeating: 1, count: schema.featureCount)
    let list =
      try refinement.costs.isEmpty
      ? nil : FeatureList(refinement.costs, schema, option: "costs", path: path)
    for line in list?.lines ?? [] {
      guard let cost = Double(line.text), cost >= 0, cost.isFinite else {
        throw list!.error(line, "is not a cost: a number of at least 0")
      }
      for feature in line.features { costs[feature] = cost }
    }
    return FeatureBudget(costs: costs, limit: refinement.budget)
  }
}
