/// A selection that was asked for and cannot exist. Features are numbered from 0.
package enum SubsetError: Error, Equatable, CustomStringConvertible {
  /// A feature that the data do not have is to be kept or excluded.
  case noSuchFeature(Int, featureCount: Int)
  /// A feature is to be kept and excluded.
  case keptAndExcluded(Int)
  /// More features are to be kept than selected.
  case keepsTooMany(kept: Int, count: Int)
  /// Two features are to be kept that are not selected together.
  case keptTogether(Int, Int)
  /// Too few features can be selected together.
  case tooFewTogether(found: Int, count: Int)
  /// The cheapest features cost more than the budget.
  case tooExpensive(least: Double, budget: Double, count: Int)
  /// Too few features remain to select from.
  case tooFewFeatures(left: Int, count: Int)

  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .noSuchFeature(let feature, let featureCount):
      "feature \(feature) is to be kept or excluded, but the data have features 0 to \(featureCount - 1)"
    case .keptAndExcluded(let feature):
      "feature \(feature) is to be kept and excluded; take it off one of the lists"
    case .keepsTooMany(let kept, let count):
      "\(kept) features are to be kept, but only \(count) are to be selected; select more or keep fewer"
    case .keptTogether(let feature, let other):
      "features \(feature) and \(other) are both to be kept, but are not to be selected together"
    case .tooFewTogether(let found, let count):
      "\(count) features are to be selected, but only \(found) were found that may be together; select fewer or "
        + "loosen what keeps them apart"
    case .tooExpensive(let least, let budget, let count):
      "the cheapest \(count) features cost \(least), more than the budget of \(budget); select fewer or allow more"
    case .tooFewFeatures(let left, let count):
      "\(count) distinct features are to be selected, but only \(left) can be; select fewer or exclude fewer"
    }
  }
}
