extension Selection {
  /// In which order features stand.
  public enum Order: String, Sendable, CaseIterable {
    /// What adds most to the others first.
    case importance
    /// As the selectors are numbered.
    case selector
  }

  /// Whether it is known why each feature is selected.
  public var hasReasons: Bool { !features.isEmpty && features.allSatisfy { $0.rank != nil } }

  /// The same features in an order; that of importance needs reasons.
  public func sorted(by order: Order) -> Selection {
    var sorted = self
    switch order {
    case .selector: sorted.features.sort { $0.selector < $1.selector }
    case .importance: sorted.features.sort { ($0.rank ?? .max, $0.selector) < ($1.rank ?? .max, $1.selector) }
    }
    return sorted
  }
}
