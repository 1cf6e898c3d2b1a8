import ConcreteAutoencoder
import Foundation
import SelectionReport

/// What `result.json` says, as far as it is used again.
package struct StoredResult: Decodable, Sendable {
  /// How far the trained selectors settled.
  package struct Selectors: Decodable, Sendable {
    /// The mean of their largest probabilities.
    package let meanMax: Double
    /// Those that have not converged.
    package let unconverged: Int
    /// Features that lead, each once.
    package let distinct: Int
    /// Selectors that were given another feature than their own.
    package let repaired: [Int]?

    enum CodingKeys: String, CodingKey {
      case unconverged, distinct, repaired
      case meanMax = "mean_max"
    }
  }

  /// The selected features, with their reasons where there are any.
  package let selection: [SelectedFeature]
  /// The mean squared error of a linear regression on the selection, on training rows; nil without reasons.
  package let linearError: Double?
  /// The result beside other selections; nil where it was not compared.
  package let comparison: SelectionComparison?
  /// How far the trained selectors settled; nil where none were trained to the end.
  package let selectors: Selectors?
  /// How the selectors' start was decided; nil where nothing was tried.
  package let start: StartTrial?
  /// The selections that were considered.
  package let candidates: [Candidate]?
  /// Errors of the final model by part of the data.
  package let errors: [SelectionResult.PartError]?
  /// Stages that failed.
  package let failures: [SelectionResult.StageReport]?

  enum CodingKeys: String, CodingKey {
    case selection, comparison, selectors, start, candidates, errors, failures
    case linearError = "linear_error"
  }

  /// The loss on rows that nothing was chosen by; nil where there are none.
  package var heldOutLoss: Double? {
    let names = LearningTask.allCases.map(\.objective.lossName)
    return heldOut?.metrics.first { names.contains($0.name) }?.value
  }

  /// The standard error of `heldOutLoss`.
  package var heldOutStandardError: Double? { heldOut?.standardError }

  private var heldOut: SelectionResult.PartError? {
    (errors ?? []).last { !["training", "validation"].contains($0.part) }
  }

  /// The mean loss of the final model on the validation rows; nil where there are none.
  package var validationLoss: Double? {
    let names = LearningTask.allCases.map(\.objective.lossName)
    return validation?.metrics.first { names.contains($0.name) }?.value
  }

  /// The standard error of `validationLoss`.
  package var validationStandardError: Double? { validation?.standardError }

  private var validation: SelectionResult.PartError? { errors?.first { $0.part == "validation" } }

  /// The selected features in the order of importance, as far as it is known.
  package var ranked: [Int] {
    selection.enumerated().sorted {
      ($0.element.rank ?? .max, $0.offset) < ($1.element.rank ?? .max, $1.offset)
    }
    .map(\.element.feature)
  }

  /// Reads the file at `path`; nil where there is none, or one of another version.
  package static func read(_ path: String) -> StoredResult? {
    FileManager.default.contents(atPath: path).flatMap { try? read(json: $0) }
  }

  /// Reads what `SelectionResult.json(facts:)` wrote; throws `DecodingError`.
  package static func read(json: Data) throws -> StoredResult {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(StoredResult.self, from: json)
  }
}
