/// A selection that was considered.
public struct Candidate: Sendable, Equatable, Codable {
  /// Where it comes from: "greedy", "search", "selectors", "swaps"; several where they agree.
  public internal(set) var sources: [String]
  /// The feature of each selector: each selector's own where it is among them.
  public let features: [Int]
  /// The share of the variation that a linear regression on them explains, on the training rows; nil without a search.
  public internal(set) var explained: Double?
  /// The mean loss on the validation rows with a decoder trained on it; nil where no decoder was.
  public internal(set) var validation: Double?
  /// The standard error of that.
  public internal(set) var standardError: Double?
  /// The standard error of the difference to the candidate with the smallest loss.
  public internal(set) var differenceError: Double?
  /// Whether it is the result.
  public internal(set) var isChosen = false

  enum CodingKeys: String, CodingKey {
    case sources, features, explained, validation
    case standardError = "standard_error"
    case differenceError = "difference_error"
    case isChosen = "chosen"
  }
}
