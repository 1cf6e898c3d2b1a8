/// A way to select features that a trained selection is compared with.
package protocol Baseline: Sendable {
  /// The name in tables and options, for example `greedy`.
  var name: String { get }
  /// What it does, in a few words for a reader.
  var summary: String { get }
  /// Whether it asks for principal components, which one rank works out.
  var usesComponents: Bool { get }

  /// The selections: one, or several whose errors are averaged; each of `input.count` distinct features.
  func select(_ input: BaselineInput) throws -> [[Int]]
}

extension Baseline {
  /// No.
  package var usesComponents: Bool { false }
}
