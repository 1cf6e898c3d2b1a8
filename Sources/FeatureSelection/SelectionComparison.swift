/// A selection beside what other ways of selecting give, by linear regression on rows that none of them has seen.
public struct SelectionComparison: Sendable, Equatable, Codable {
  /// One way of selecting.
  public struct Entry: Sendable, Equatable, Codable {
    /// Its name: "result", "random", ..., "pca".
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    /// The mean squared error of a linear regression of what is to be found on the selection; the mean of several.
    public let error: Double
    /// The standard error of the difference to the result's error, with rows as independent draws.
    public let differenceError: Double?
    /// The features; nil where there are several selections, or none.
    public let features: [Int]?

    enum CodingKeys: String, CodingKey {
      case name, summary, features
      case error = "linear_error"
      case differenceError = "difference_error"
    }
  }

  /// The part of the data: "test", "test-fraction", "validation".
  public let part: String
  /// Its rows.
  public let rows: Int
  /// The result first, if there is one, then the others, the least effort first, at last what K linear combinations reach.
  public let entries: [Entry]
  /// R^2 of each target with the result, where there is one: of each feature, or class; nil where it does not vary.
  public let explained: [Double?]
}
