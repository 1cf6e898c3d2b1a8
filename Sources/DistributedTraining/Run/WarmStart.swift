import Communication
import ConcreteAutoencoder
import FeatureData
import LinearAlgebra

/// Features to start the selectors from: a greedy column subset of the training rows' covariance.
enum WarmStart {
  /// More features than this would need gigabytes for the covariance.
  static let maximumFeatures = 5_000
  /// Rows that the covariance is taken over at the most, spread evenly.
  static let maximumRows = 10_000
  private static let chunk = 512

  /// Picks up to `count` features; every rank must call, and all get the same.
  static func greedyFeatures(
    table: LabeledTable, rows: [UInt32], count: Int, communicator: any Communicator
  ) throws -> [Int] {
    let features = table.features.featureCount
    guard features <= maximumFeatures else {
      throw ConfigurationError(
        option: "initial-logits",
        problem: "greedy needs a covariance of \(features) x \(features) numbers; it is offered for at most "
          + "\(maximumFeatures) features")
    }
    let used = min(rows.count, maximumRows)
    let sample = (0..<used).map { rows[$0 * rows.count / used] }
    let share = EpochOrder.slice(of: 0..<used, rank: communicator.rank, worldSize: communicator.size)
    let covariance = AlignedBuffer<Double>(count: features * features)
    let sums = AlignedBuffer<Double>(count: features)
    let batch = AlignedBuffer<Double>(count: chunk * features)
    let products = MatrixView(covariance.base, rows: features, columns: features)
    let partial = AlignedBuffer<Double>(count: features)
    for start in stride(from: share.lowerBound, to: share.upperBound, by: chunk) {
      let end = min(start + chunk, share.upperBound)
      sample.withUnsafeBufferPointer { sample in
        table.features.copyRows(UnsafeBufferPointer(rebasing: sample[start..<end]), into: batch.base)
      }
      let x = MatrixView(batch.base, rows: end - start, columns: features)
      products.assign(transposed: x, product: x, accumulate: true)
      Double.columnSums(out: partial.base, x: batch.base, rows: x.rows, columns: features)
      Double.addScaled(x: sums.base, y: partial.base, count: features, scale: 1)
    }
    try communicator.allReduce(covariance.elements, .sum)
    try communicator.allReduce(sums.elements, .sum)
    for j in 0..<features {
      Double.addScaled(
        x: products.row(j), y: sums.base, count: features, scale: -sums.base[j] / Double(used))
    }
    return GreedySubset(covariance: covariance, featureCount: features, count: count).features
  }
}
