import LinearAlgebra

/// The generalised Jensen-Shannon divergence of the selectors' distributions (Nilsson et al. 2024,
/// arXiv 2403.00563): (1/K) sum_k KL(pi_k || m) with pi_k = softmax(L_k) and m their mean; 0 to ln K.
///
/// log m is taken from the log-probabilities, so a feature that underflows in every row stays finite.
package final class Diversity<Scalar: Real> {
  private let logP: AlignedBuffer<Scalar>
  private let logM: AlignedBuffer<Scalar>
  private let scratch: AlignedBuffer<Scalar>
  private let rows: Int
  private let columns: Int

  /// Room for logits of [K, D].
  package init(shape: ModelShape) {
    rows = shape.selectorCount
    columns = shape.featureCount
    logP = AlignedBuffer(count: rows * columns)
    logM = AlignedBuffer(count: columns)
    scratch = AlignedBuffer(count: columns)
  }

  /// Takes up logits [K, D]; what follows speaks of them as they are now.
  package func take(logits: MatrixView<Scalar>) {
    for k in 0..<rows {
      Scalar.logSoftmax(out: logP.base + k * columns, logits: logits.row(k), count: columns)
    }
    Scalar.logMeanExp(out: logM.base, scratch: scratch.base, x: logP.base, rows: rows, columns: columns)
  }

  /// The divergence of the logits taken up, in nats.
  package var value: Double {
    (0..<rows).reduce(0) { total, k in
      total
        + Scalar.divergence(
          gradient: nil, logP: logP.base + k * columns, logM: logM.base, count: columns, part: 0..<0,
          scale: 0)
    } / Double(rows)
  }

  /// Adds `weight` times the divergence's gradient in the logits of `features` to rows `selectors` of `gradient`
  /// [K, features].
  ///
  /// It depends on the logits alone and is the same on every rank: add it once, after the ranks' sum.
  package func addGradient(
    weight: Double, selectors: Range<Int>, features: Range<Int>, to gradient: MatrixView<Scalar>
  ) {
    for k in selectors {
      _ = Scalar.divergence(
        gradient: gradient.row(k), logP: logP.base + k * columns, logM: logM.base, count: columns,
        part: features, scale: Scalar(weight / Double(rows)))
    }
  }
}
