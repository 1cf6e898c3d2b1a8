import ConcreteAutoencoder
import Foundation
import SelectionReport

/// What `result.json` says, as far as it is used again.
package struct StoredResult: Decodable, Sendable {
  /// The selected features, with their reasons where there are any.
  package let selection: [SelectedFeature]
  /// The result beside other selections; nil where it was not compared.
  package let comparison: SelectionComparison?
  /// The errors of the result, by part of the data.
  package let errors: [PartLosses]

  /// What an evaluation of a part of the rows gave.
  package struct PartLosses: Decodable, Sendable {
    /// The part: "validation", "test".
    package let part: String
    /// The mean loss, and whatever else the objective tells, by name.
    package let metrics: [String: Double]

    /// Takes every number for a metric.
    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: NamedKey.self)
      part = try values.decode(String.self, forKey: "part")
      metrics = Dictionary(
        uniqueKeysWithValues: values.allKeys.compactMap { key in
          (try? values.decode(Double.self, forKey: key)).map { (key.stringValue, $0) }
        })
    }
  }

  /// The loss on rows that nothing was chosen by; nil where there are none.
  package var heldOutLoss: Double? {
    let names = LearningTask.allCases.map(\.objective.lossName)
    return errors.last { $0.part != "validation" }.flatMap { part in
      names.lazy.compactMap { part.metrics[$0] }.first
    }
  }

  /// The selected features in the order of importance, as far as it is known.
  package var ranked: [Int] {
    selection.enumerated().sorted {
      ($0.element.rank ?? .max, $0.offset) < ($1.element.rank ?? .max, $1.offset)
    }
    .map(\.element.feature)
  }

  /// Reads the file at `path`; nil where there is none, or one of another version.
  package static func read(_ path: String) -> StoredResult? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return FileManager.default.contents(atPath: path).flatMap {
      try? decoder.decode(StoredResult.self, from: $0)
    }
  }
}
