import ConcreteAutoencoder
import RunStore
import SelectionReport
import Tables

extension Selection {
  /// A stored selection, with places and names where they are known.
  package init(_ stored: StoredSelection, of schema: TableSchema) {
    self.init(
      indices: stored.features, probabilities: stored.probabilities, featureCount: schema.featureCount,
      grid: schema.grid, names: schema.names,
      source: stored.source)
    for (k, probability) in (stored.groupProbabilities ?? []).enumerated() where k < features.count {
      features[k].groupProbability = probability
    }
  }

  /// The selection of a model as it stands.
  package init(of model: Autoencoder<Float>, schema: TableSchema) {
    self.init(StoredSelection(of: model, names: schema.names), of: schema)
  }
}
