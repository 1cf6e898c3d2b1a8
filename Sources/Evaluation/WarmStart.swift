import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// Features to start the selectors from: a greedy column subset of the training rows' covariance.
package enum WarmStart {
  /// More features than this would need gigabytes for the covariance.
  static let maximumFeatures = 5_000
  /// Rows that the covariance is taken over at the most, spread evenly.
  static let maximumRows = 10_000
  private static let chunk = 512
  /// Rows of the covariance that a rank works out at once.
  private static let block = 64

  /// Picks up to `count` features; every rank must call, and all get the same.
  package static func greedyFeatures(
    dataset: Dataset, count: Int, communicator: any Communicator
  ) throws -> [Int] {
    let features = dataset.schema.featureCount
    let rows = dataset.split.training
    let loader = RowLoader<Double>(dataset)
    guard features <= maximumFeatures else {
      throw ConfigurationError(
        option: "initial-logits",
        problem: "greedy needs a covariance of \(features) x \(features) numbers; it is offered for at most "
          + "\(maximumFeatures) features")
    }
    let used = min(rows.count, maximumRows)
    let sample = (0..<used).map { rows[$0 * rows.count / used] }
    let covariance = AlignedBuffer<Double>(count: features * features)
    let sums = AlignedBuffer<Double>(count: features)
    let batch = AlignedBuffer<Double>(count: chunk * features)
    let partial = AlignedBuffer<Double>(count: features)
    // Each rank works out whole blocks of the covariance's rows, so no bit depends on the number of ranks.
    let blocks = EpochOrder.slice(
      of: 0..<(features + block - 1) / block, rank: communicator.rank, worldSize: communicator.size)
    for start in stride(from: 0, to: used, by: chunk) {
      let end = min(start + chunk, used)
      sample.withUnsafeBufferPointer { sample in
        loader.load(UnsafeBufferPointer(rebasing: sample[start..<end]), into: batch.base)
      }
      for first in blocks.map({ $0 * block }) {
        Double.gemm(
          transposeA: true, transposeB: false, m: min(block, features - first), n: features, k: end - start,
          a: batch.base + first, lda: features, b: batch.base, ldb: features, beta: 1,
          c: covariance.base + first * features, ldc: features)
      }
      Double.columnSums(out: partial.base, x: batch.base, rows: end - start, columns: features)
      Double.addScaled(x: sums.base, y: partial.base, count: features, scale: 1)
    }
    // One rank's numbers and zeros: exact in any order.
    try communicator.allReduce(covariance.elements, .sum)
    let products = MatrixView(covariance.base, rows: features, columns: features)
    for j in 0..<features {
      Double.addScaled(
        x: products.row(j), y: sums.base, count: features, scale: -sums.base[j] / Double(used))
    }
    return GreedySubset(covariance: covariance, featureCount: features, count: count).features
  }
}
