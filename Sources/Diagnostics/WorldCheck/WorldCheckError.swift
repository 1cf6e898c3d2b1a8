/// Different numbers of ranks come to different bits.
package struct WorldCheckError: Error, Sendable, CustomStringConvertible {
  /// The text shown to the user.
  package let description: String

  /// Says which outcomes differ from the first; nil if none does.
  package init?(_ outcomes: [WorldCheckOutcome]) {
    guard let first = outcomes.first else { return nil }
    let others = outcomes.filter { $0.hash != first.hash }.map { "\($0.ranks)" }
    guard !others.isEmpty else { return nil }
    let ranks = others.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    description =
      "the bits on \(ranks.joined(separator: ", ")) ranks differ from those on \(first.ranks): a faulty node, or "
      + "a fault of this program, worth a report"
  }
}
