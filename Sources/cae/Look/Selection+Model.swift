import ConcreteAutoencoder
import LinearAlgebra
import SelectionReport
import Tables

extension Selection {
  /// The selection of a model, with places and names where they are known.
  init(of model: Autoencoder<Float>, grid: FeatureGrid?, names: [String]? = nil) {
    let convergence = Convergence(model)
    self.init(
      indices: convergence.features, probabilities: convergence.confidences,
      featureCount: model.shape.featureCount,
      grid: grid.map { ImageGrid(rows: $0.rows, columns: $0.columns) }, names: names)
  }
}
