import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// How far rows rebuilt from the hard selection are from the rows, in the features' original units, by the rows' weights,
/// over the values that were observed where only those count.
package struct ReconstructionErrors: Sendable {
  /// The mean squared error of each feature.
  package let squared: [Double]

  /// R2 of each feature: the share of its variance on these rows that is rebuilt; nil where it does not vary.
  package let explained: [Double?]

  /// The variation of each scaled feature on these rows: the sum of its squared deviations from its mean.
  package let variations: [Double]

  /// R2 of all features together, scaled: the share of their summed variation that is rebuilt; nil where nothing varies.
  package let explainedTogether: Double?

  /// The mean over features: of use where all have the same unit.
  package var mean: Double { squared.reduce(0, +) / Double(squared.count) }

  private static let blockSize = 128

  /// Rebuilds rows block by block; `onBlock` sees the rebuilt ones, scaled, [rows, features].
  package init(
    model: Autoencoder<Float>, rows held: HeldOutRows, onBlock: (MatrixView<Float>) throws -> Void = { _ in }
  ) rethrows {
    let evaluator = Evaluator(
      model: model, maximumRows: Self.blockSize, hasGaps: held.dataset.hasGaps)
    let observed = evaluator.terms.observed
    let loader = RowLoader<Float>(held.dataset)
    var sums = [Double](repeating: 0, count: model.shape.featureCount)
    // Deviations from the first row, and their squares: what is near a mean loses no digits.
    var (first, deviations, squares) = (sums, sums, sums)
    var weights = sums
    for start in stride(from: 0, to: held.rows.count, by: Self.blockSize) {
      let end = min(start + Self.blockSize, held.rows.count)
      held.rows.withUnsafeBufferPointer {
        loader.load(
          UnsafeBufferPointer(rebasing: $0[start..<end]), into: evaluator.rows.base, observed: observed)
      }
      let output = evaluator.decode(rowCount: end - start)
      for row in 0..<output.rows {
        let weight = held.dataset.weights.map { Double($0[Int(held.rows[start + row])]) } ?? 1
        let (rebuilt, original) = (output.row(row), evaluator.rows.base + row * sums.count)
        for feature in sums.indices where observed.map({ $0[row * sums.count + feature] == 1 }) ?? true {
          let error = Double(rebuilt[feature]) - Double(original[feature])
          sums[feature] += weight * (error * error)
          if weights[feature] == 0 { first[feature] = Double(original[feature]) }
          weights[feature] += weight
          let deviation = Double(original[feature]) - first[feature]
          deviations[feature] += weight * deviation
          squares[feature] += weight * (deviation * deviation)
        }
      }
      try onBlock(output)
    }
    // A feature that is missing in every row has no error to tell.
    for feature in sums.indices where weights[feature] == 0 { weights[feature] = 1 }
    variations = sums.indices.map { squares[$0] - deviations[$0] * deviations[$0] / weights[$0] }
    let (totals, spreads) = (sums, variations)
    explained = sums.indices.map { spreads[$0] > 1e-20 * weights[$0] ? 1 - totals[$0] / spreads[$0] : nil }
    let variation = variations.reduce(0, +)
    explainedTogether = variation > 0 ? 1 - sums.reduce(0, +) / variation : nil
    let scale = held.dataset.preprocessing.scale
    squared = sums.indices.map { sums[$0] / (scale[$0] * scale[$0]) / weights[$0] }
  }
}
