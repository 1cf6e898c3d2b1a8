import Foundation

extension Selection {
  /// The number of different features selected.
  public var distinctCount: Int { Set(features.map(\.feature)).count }

  /// The features that more than one selector chose, each with its selectors in order.
  public var duplicates: [Int: [Int]] {
    Dictionary(grouping: features, by: \.feature).mapValues { $0.map(\.selector) }
      .filter { $0.value.count > 1 }
  }

  /// The mean of the selectors' probabilities, in 0...1; 0 without selectors.
  ///
  /// It approaches 1 as the temperature falls and every selector settles on one feature.
  public var meanMax: Double {
    features.isEmpty ? 0 : features.map(\.probability).reduce(0, +) / Double(features.count)
  }

  /// The selectors whose probability is below `convergedProbability`, in order; none of a selection from elsewhere.
  public var unconvergedSelectors: [Int] {
    source == nil ? features.filter { !$0.isConverged }.map(\.selector) : []
  }

  /// One line that says what is not finished about the selection; nil when nothing is.
  ///
  /// Lists at most eight selectors and eight duplicated features, and how many more there are.
  public var convergenceNote: String? {
    var parts: [String] = []
    let unconverged = source == nil ? features.filter { !$0.isConverged } : []
    if !unconverged.isEmpty {
      let verb = unconverged.count == 1 ? "is" : "are"
      let list = Self.abbreviated(
        unconverged.map { "\($0.selector) (\(Self.fixed($0.probability, decimals: 2)))" })
      parts.append(
        "\(unconverged.count) of \(features.count) selectors \(verb) not converged "
          + "(probability under \(Self.convergedProbability)): \(list)")
    }
    let repeated = duplicates.sorted { $0.key < $1.key }
    if !repeated.isEmpty {
      let subject = repeated.count == 1 ? "1 feature is" : "\(repeated.count) features are"
      let list = Self.abbreviated(
        repeated.map { feature, selectors in
          "\(feature) (selectors \(selectors.map(String.init).joined(separator: ", ")))"
        })
      parts.append(
        "\(subject) selected more than once, \(distinctCount) of \(features.count) are distinct: \(list)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func abbreviated(_ items: [String], limit: Int = 8) -> String {
    let more = items.count - limit
    let shown = items.prefix(limit).joined(separator: ", ")
    return more > 0 ? "\(shown) and \(more) more" : shown
  }

  /// A number with a fixed count of decimals, cut rather than rounded up to a threshold it misses.
  ///
  /// 0.8999 must not read as 0.90 in a line that says it is under 0.9.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    let power = pow(10, Double(decimals))
    var rounded = (value * power).rounded() / power
    if value < convergedProbability && rounded >= convergedProbability {
      rounded = (value * power).rounded(.down) / power
    }
    return String(format: "%.\(decimals)f", rounded)
  }
}
