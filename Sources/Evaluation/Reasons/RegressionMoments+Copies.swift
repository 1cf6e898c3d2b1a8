extension RegressionMoments {
  /// The absolute correlation from which two features count as copies of each other: which of them is selected is chance.
  package static let copyCorrelation = 0.9

  /// The features that are copies of one, itself among them.
  package func copies(of feature: Int) -> [Int] {
    guard scatter.diagonal[feature] > 0 else { return [feature] }
    let (row, variation) = (scatter.row(feature), scatter.diagonal)
    let least = Self.copyCorrelation * Self.copyCorrelation * variation[feature]
    return row.indices.filter {
      $0 == feature || variation[$0] > 0 && row[$0] * row[$0] >= least * variation[$0]
    }
  }
}
