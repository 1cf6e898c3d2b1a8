import ConcreteAutoencoder
import Tables

/// What is done for the selection beside training the selectors.
public struct RefinementConfiguration: Sendable, Equatable {
  /// What the search by linear regression is for.
  public var search = SearchUse.automatic
  /// How long the search may go on, as a share of training.
  public var searchShare = 0.03
  /// Features that are selected in any case.
  public var keep = ColumnPatterns()
  /// Features that are never selected, but rebuilt.
  public var never = ColumnPatterns()
  /// How far selected features must lie apart, on the image or along the axis that their names tell; 0: anywhere.
  public var minimumDistance = 0.0
  /// A file with groups of features of which one at the most is selected; empty: none.
  public var oneOf = ""
  /// A file with what features cost; empty: each costs 1.
  public var costs = ""
  /// What the selected features may cost together; 0: anything.
  public var budget = 0.0
  /// Whether every selector is given a feature of its own.
  public var distinct = true
  /// Whether the decoder is trained on each candidate, and validation rows decide between them.
  public var refit = true
  /// Steps for each candidate, as a share of training's.
  public var refitShare = 0.04
  /// Whether the result is compared with other ways of selecting.
  public var compare = true

  /// The defaults.
  public init() {}

  /// The selectors' choice as it is.
  public static var none: RefinementConfiguration {
    var none = RefinementConfiguration()
    none.search = .none
    none.distinct = false
    none.refit = false
    return none
  }

  /// Throws `ConfigurationError` for a value that cannot be used.
  func validate() throws {
    guard minimumDistance >= 0, minimumDistance.isFinite else {
      throw ConfigurationError(option: "min-distance", problem: "\(minimumDistance) is not at least 0")
    }
    guard budget >= 0, budget.isFinite else {
      throw ConfigurationError(option: "budget", problem: "\(budget) is not at least 0")
    }
    guard costs.isEmpty || budget > 0 else {
      throw ConfigurationError(option: "costs", problem: "costs mean something with --budget alone; give it")
    }
    for (option, share) in [("search-share", searchShare), ("refit-share", refitShare)]
    where !(0...10).contains(share) {
      throw ConfigurationError(option: option, problem: "\(share) is not in 0 ... 10")
    }
  }
}

/// What a search for features by linear regression is for.
public enum SearchUse: String, Sendable, CaseIterable {
  /// Nothing: there is none.
  case none
  /// Its selections are candidates beside that of the selectors.
  case candidates
  /// They are, and the selectors start near the best.
  case start
  /// They are, and the selectors start near the best if a short training without it finds nothing better.
  case automatic = "auto"
}
