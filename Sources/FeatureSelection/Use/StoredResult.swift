import Foundation
import SelectionReport

/// What `result.json` says, as far as it is used again.
package struct StoredResult: Decodable, Sendable {
  /// The selected features, with their reasons where there are any.
  package let selection: [SelectedFeature]
  /// The result beside other selections; nil where it was not compared.
  package let comparison: SelectionComparison?

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
