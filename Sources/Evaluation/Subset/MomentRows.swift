import LinearAlgebra

/// The rows of C and W that a search has asked for: kept where each costs a product of matrices to work out.
final class MomentRows {
  let moments: RegressionMoments
  private let isKept: Bool
  private let capacity: Int
  private var kept: [Int: AlignedBuffer<Double>] = [:]

  /// Features whose rows are worked out in one product.
  private static let batch = 64

  /// Keeps about 256 MB of rows, but those of `atLeast` features in any case.
  init(_ moments: RegressionMoments, atLeast count: Int) {
    self.moments = moments
    isKept = !(moments.scatter.isWhole && moments.crossGram.isWhole)
    capacity = max(count, (1 << 24) / max(1, moments.featureCount))
  }

  /// Writes the rows of a feature in C and W.
  func copy(_ feature: Int, to row: UnsafeMutablePointer<Double>, _ crossRow: UnsafeMutablePointer<Double>) {
    prepare([feature])
    let count = moments.featureCount
    if let both = kept[feature] {
      row.update(from: both.base, count: count)
      crossRow.update(from: both.base + count, count: count)
    } else {
      moments.scatter.copyRow(feature, to: row)
      moments.crossGram.copyRow(feature, to: crossRow)
    }
  }

  /// Works out rows that will be asked for, many at once.
  func prepare(_ features: [Int]) {
    guard isKept else { return }
    let missing = features.filter { kept[$0] == nil }
    guard !missing.isEmpty else { return }
    // A row's last bits may depend on those it is worked out with; who asks for what is a function of the search.
    if kept.count + missing.count > capacity { kept = kept.filter { features.contains($0.key) } }
    let count = moments.featureCount
    for start in stride(from: 0, to: missing.count, by: Self.batch) {
      let part = Array(missing[start..<min(start + Self.batch, missing.count)])
      let rows = moments.scatter.rows(part)
      let crossRows = moments.crossGram.rows(part)
      for (i, feature) in part.enumerated() {
        let both = AlignedBuffer<Double>(count: 2 * count)
        both.base.update(from: rows.base + i * count, count: count)
        (both.base + count).update(from: crossRows.base + i * count, count: count)
        kept[feature] = both
      }
    }
  }
}
