import AtomicFile
import Evaluation
import RunStore
import Tables

/// How well each feature is rebuilt: R2 on rows that the model was not trained on.
package struct RebuiltShares: Sendable {
  /// What rebuilt them.
  package enum Method: String, Sendable { case decoder, linear = "linear regression" }

  /// R2 of each feature; nil where it does not vary. 1 for the selected ones, which are given.
  package let values: [Double?]
  /// What rebuilt them.
  package let method: Method
  /// R2 of all features together: the share of their summed variation that is rebuilt; nil where that is not known.
  package let overall: Double?
  /// How much each scaled feature varies on these rows; nil where that is not known.
  package let variations: [Double]?
  /// Which rows they were measured on: `test`, `test-fraction`.
  package let part: String
  /// How many.
  package let rows: Int

  /// Measures on the run's held-out rows with the decoder; where they cannot be read any more, takes what the run's result
  /// says of linear regression; nil where it says nothing either.
  ///
  /// - Parameter held: the held-out rows where they are open already.
  package init?(_ run: StoredRun, held: HeldOutRows? = nil) {
    let bundle = run.bundle
    guard bundle.model.shape.outputsAreFeatures else { return nil }
    let found: [Double?]
    if let held = held ?? Self.heldOut(run) {
      let errors = ReconstructionErrors(model: bundle.model, rows: held) { _ in }
      (found, overall, variations) = (errors.explained, errors.explainedTogether, errors.variations)
      (method, part, rows) = (.decoder, held.part, held.rows.count)
    } else if let comparison = run.result?.comparison,
      comparison.explained.count == bundle.data.schema.featureCount
    {
      (found, overall, variations) = (comparison.explained, nil, nil)
      (method, part, rows) = (.linear, comparison.part, comparison.rows)
    } else {
      return nil
    }
    let given = Set(bundle.selection.features)
    values = found.enumerated().map { given.contains($0) ? 1 : $1 }
  }

  /// Writes `feature,name,r2`, a line a feature. Throws `FileError`.
  package func write(to path: String, schema: TableSchema) throws {
    var text = "feature,name,r2\n"
    for (feature, value) in values.enumerated() {
      let name = CSVField.quoted(schema.names?[feature] ?? "")
      text += "\(feature),\(name),\(value.map { "\($0)" } ?? "")\n"
    }
    try AtomicFile.write(text, to: path)
  }

  /// The run's held-out rows, with labels where the model finds these; nil where its data are gone, are others by now, or
  /// left no row out.
  package static func heldOut(_ run: StoredRun) -> HeldOutRows? {
    guard let data = try? run.configuration().placedData, !data.path.isEmpty || !data.test.isEmpty,
      let held = try? Dataset.heldOut(
        data, of: run.bundle.data, needsTarget: !run.bundle.model.shape.outputsAreFeatures),
      !held.rows.isEmpty, held.part != "all"
    else { return nil }
    return held
  }
}
