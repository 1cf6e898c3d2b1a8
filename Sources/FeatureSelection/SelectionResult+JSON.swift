import Evaluation
import Foundation
import RunStore
import Tables

extension SelectionResult {
  /// Everything but times and the selectors' own tables, as indented JSON with sorted keys: the same text for the same
  /// run.
  package func json(facts: RunFacts) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let summary = ResultSummary(result: self, data: facts.data)
    return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
  }

  /// Selectors that were given another feature than their own; nil until features are assigned.
  package var repairedSelectors: Int? { assignment?.repaired.count }

  /// Whether every selector has settled on a feature.
  package var isConverged: Bool { convergence.map { $0.unconverged == 0 } ?? false }
}

/// What `result.json` holds.
private struct ResultSummary: Encodable {
  let result: SelectionResult
  let data: DataDescription

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: NamedKey.self)
    try values.encode("concrete-autoencoder result 1", forKey: "format")
    try values.encode(data.contentHash, forKey: "data_sha256")
    try values.encode(data.schema.featureCount, forKey: "feature_count")
    try values.encode(result.isConverged, forKey: "converged")
    if let convergence = result.convergence {
      var selectors = values.nestedContainer(keyedBy: NamedKey.self, forKey: "selectors")
      try selectors.encode(convergence.meanMax, forKey: "mean_max")
      try selectors.encode(convergence.unconverged, forKey: "unconverged")
      try selectors.encode(convergence.features, forKey: "argmax")
      try selectors.encode(convergence.distinct, forKey: "distinct")
      try selectors.encode(convergence.uniquePercentage, forKey: "unique_percentage")
      if let assignment = result.assignment {
        try selectors.encode(assignment.repaired, forKey: "repaired")
        try selectors.encode(assignment.cost, forKey: "repair_cost")
      }
    }
    try values.encodeIfPresent(result.reasons?.error, forKey: "linear_error")
    var features = values.nestedUnkeyedContainer(forKey: "selection")
    for (k, feature) in (result.selection?.features ?? []).enumerated() {
      var entry = features.nestedContainer(keyedBy: NamedKey.self)
      try entry.encode(feature.selector, forKey: "selector")
      try entry.encode(feature.feature, forKey: "feature")
      try entry.encodeIfPresent(feature.name, forKey: "name")
      try entry.encodeIfPresent(feature.row, forKey: "row")
      try entry.encodeIfPresent(feature.column, forKey: "column")
      try entry.encode(feature.probability, forKey: "probability")
      try entry.encodeIfPresent(feature.groupProbability, forKey: "group_probability")
      guard let reason = result.reasons?.features[k] else { continue }
      try entry.encode(reason.rank, forKey: "rank")
      try entry.encode(reason.importance, forKey: "importance")
      try entry.encode(reason.isInterchangeable, forKey: "interchangeable")
      var standIns = entry.nestedUnkeyedContainer(forKey: "stand_ins")
      for other in reason.standIns {
        var standIn = standIns.nestedContainer(keyedBy: NamedKey.self)
        try standIn.encode(other.feature, forKey: "feature")
        try standIn.encodeIfPresent(data.schema.names?[other.feature], forKey: "name")
        try standIn.encode(other.correlation, forKey: "correlation")
        try standIn.encode(other.cost, forKey: "cost")
      }
      var explains = entry.nestedUnkeyedContainer(forKey: "explains")
      for target in reason.explains {
        var explained = explains.nestedContainer(keyedBy: NamedKey.self)
        try explained.encode(target.target, forKey: "target")
        let names = result.search?.moments.cross == nil ? data.schema.names : data.classes
        try explained.encodeIfPresent(names?[target.target], forKey: "name")
        try explained.encode(target.share, forKey: "share")
      }
    }
    try values.encodeIfPresent(result.start, forKey: "start")
    try values.encode(result.candidates, forKey: "candidates")
    try values.encodeIfPresent(result.outputLayer, forKey: "output_layer")
    try values.encode(result.errors, forKey: "errors")
    try values.encodeIfPresent(result.comparison, forKey: "comparison")
    try values.encode(result.files, forKey: "files")
    try values.encode(result.stages.filter { $0.failure != nil }, forKey: "failures")
  }
}
