import Foundation

extension Selection {
  /// The selection as indented JSON with sorted keys, ending in a line feed.
  ///
  /// Keys: `features` (each `selector`, `feature`, `probability`, and `row`, `column`, `name` where there
  /// are any), `feature_count`, and the summary `distinct`, `duplicates` (each `feature`, `selectors`),
  /// `mean_max`, `unconverged`; where they are known, `linear_error` and `computed_on` (`data`, `data_sha256`, `rows`, `part`). A probability that is not finite is the text `nan`, `inf` or `-inf`.
  /// `JSONDecoder` reads it back as a `Selection`.
  ///
  /// - Throws: `EncodingError`, which no value of this type causes.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let summary = SelectionSummary(
      features: features, featureCount: featureCount, distinct: distinctCount,
      duplicates: duplicates.sorted { $0.key < $1.key }
        .map { .init(feature: $0.key, selectors: $0.value) },
      meanMax: meanMax, unconverged: unconvergedSelectors, linearError: linearError, computedOn: computedOn)
    return String(decoding: try encoder.encode(summary), as: UTF8.self) + "\n"
  }
}

/// What `json()` writes: the selection with the figures derived from it.
private struct SelectionSummary: Encodable {
  struct Duplicate: Encodable {
    var feature: Int
    var selectors: [Int]
  }

  var features: [SelectedFeature]
  var featureCount: Int
  var distinct: Int
  var duplicates: [Duplicate]
  var meanMax: Double
  var unconverged: [Int]
  var linearError: Double?
  var computedOn: Selection.ComputedOn?

  enum CodingKeys: String, CodingKey {
    case features, distinct, duplicates, unconverged
    case featureCount = "feature_count"
    case meanMax = "mean_max"
    case linearError = "linear_error"
    case computedOn = "computed_on"
  }
}
