import ConcreteAutoencoder
import Evaluation
import FeatureSelection
import Foundation
import RunStore
import Tables

/// What `cae evaluate` prints of a run.
struct RunErrors: Encodable {
  let metrics: [Metric]
  let held: HeldOutRows
  let hash: String
  let selection: StoredSelection
  let selectors: StoredSelection.Selectors
  let model: String
  let comparison: SelectionComparison?

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: MetricKey.self)
    try values.encode(metrics, prefix: "test_")
    try values.encode(held.rows.count, forKey: "rows")
    try values.encode(held.part, forKey: "part")
    try values.encode(held.dataset.table.path, forKey: "data")
    try values.encode(hash, forKey: "data_sha256")
    try values.encode(selection.distinct, forKey: "distinct")
    try values.encode(selection.features.count, forKey: "k")
    try values.encode(selectors.meanMax, forKey: "mean_max")
    try values.encode(selectors.uniquePercentage, forKey: "unique_percentage")
    try values.encode(selectors.unconverged, forKey: "unconverged")
    try values.encode(selectors.unconverged == 0, forKey: "converged")
    try values.encode(model, forKey: "model")
    try values.encodeIfPresent(comparison, forKey: "comparison")
  }

  /// The same for people.
  var text: String {
    let unique =
      selection.distinct == selection.features.count ? "all distinct" : "\(selection.distinct) distinct"
    let sure =
      selectors.unconverged == 0
      ? "all selectors converged"
      : "\(selectors.unconverged.counted("selector")) \(selectors.unconverged == 1 ? "has" : "have") not converged"
    let facts = [
      ["model", model],
      [
        "features",
        "\(selection.features.count), \(unique); \(sure), mean-max \(String(format: "%.4f", selectors.meanMax))",
      ],
      ["rows", "\(held.rows.count) (\(held.part)) of \(held.dataset.table.path)"],
    ]
    let errors = metrics.map { ["\($0.name)", String(format: "%.5g", $0.value)] }
    return ([ResultTables.text(facts + errors)] + (comparison.map { [ResultTables.comparison($0)] } ?? []))
      .joined(separator: "\n\n")
  }
}
