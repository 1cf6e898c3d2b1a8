import Communication
import Tables

/// Features to start the selectors from: a greedy column subset of the training rows.
package enum WarmStart {
  /// Rows that are looked at, at the most, spread evenly.
  static let maximumRows = 10_000

  /// Picks up to `count` features, fewer when these explain all others; every rank must call, and all get the same.
  package static func greedyFeatures(
    dataset: Dataset, count: Int, communicator: any Communicator
  ) throws -> [Int] {
    let rows = dataset.split.training
    let used = min(rows.count, maximumRows)
    let sample = (0..<used).map { rows[$0 * rows.count / used] }
    let moments = try RegressionMoments(EvaluationRows(dataset, rows: sample), communicator: communicator)
    let subset = try SubsetSearch(moments, count: min(count, moments.featureCount)).greedy()
    return Array(subset.features.dropLast(subset.redundant))
  }
}
