import CounterRandom
import LinearAlgebra

/// One draw of the selector: soft one-hot rows M = softmax((L + G) / T), with what its gradient needs.
///
/// Gumbel-softmax of Jang, Gu, Poole 2017 and Maddison, Mnih, Teh 2017; one noise matrix serves the whole batch
/// (`GroupedSample` has several).
final class SelectorSample<Scalar: Real> {
  /// M, [K, D].
  let matrix: MatrixView<Scalar>
  /// The largest entry of each row of M: what a hard (straight-through) sample selects.
  private(set) var hardFeatures: [UInt32]

  private let hard: Bool
  private let dropout: LogitsDropout<Scalar>
  private let matrixStorage: AlignedBuffer<Scalar>
  private var inverseTemperature: Scalar = 1

  init(
    shape: ModelShape, hard: Bool, dropout: LogitsDropout<Scalar>, storage: AlignedBuffer<Scalar>?
  ) {
    self.hard = hard
    self.dropout = dropout
    let count = shape.selectorCount * shape.featureCount
    matrixStorage = storage ?? AlignedBuffer(count: count)
    precondition(matrixStorage.count == count, "storage of another selector")
    matrix = MatrixView(matrixStorage.base, rows: shape.selectorCount, columns: shape.featureCount)
    hardFeatures = hard ? Array(repeating: 0, count: shape.selectorCount) : []
  }

  /// Draws rows of M for one step. Where ranks share M each draws its own rows, from logits it has up to date.
  func draw(
    logits: MatrixView<Scalar>, selectors: Range<Int>, temperature: Double, randomness: Randomness<Scalar>
  ) {
    inverseTemperature = Scalar(1 / temperature)
    dropout.draw(randomness)
    for k in selectors {
      let row = matrix.row(k)
      switch randomness {
      case .keyed(let seed, let step):
        Scalar.gumbel(
          out: row, count: matrix.columns,
          stream: RandomStream(seed: seed, purpose: .selectorNoise, step: step, row: k))
      case .given(let noise, _, _):
        row.update(from: noise + k * matrix.columns, count: matrix.columns)
      }
      Scalar.perturbedSoftmax(
        noise: row, logits: dropout.effectiveRow(k, of: logits), count: matrix.columns,
        inverseTemperature: inverseTemperature)
    }
  }

  /// U = X M^T, [batch, K], or the hard sample's columns of X.
  func select(_ x: MatrixView<Scalar>, into latent: MatrixView<Scalar>) {
    guard hard else { return latent.assign(product: x, transposed: matrix) }
    for k in 0..<matrix.rows {
      var index = 0
      _ = Scalar.max(x: matrix.row(k), count: matrix.columns, index: &index)
      hardFeatures[k] = UInt32(index)
    }
    Scalar.gatherColumns(
      out: latent.base, x: x.base, indices: hardFeatures, rows: x.rows, columns: x.columns,
      selected: matrix.rows)
  }

  /// dL from dU: dM = dU^T X, then back through softmax and dropout. Written to `gradient`, [K, D].
  ///
  /// Linear in dM, so that the sum of the ranks' results is the gradient of the global batch.
  func backward(latentGradient: MatrixView<Scalar>, x: MatrixView<Scalar>, into gradient: MatrixView<Scalar>)
  {
    gradient.assign(transposed: latentGradient, product: x)
    for k in 0..<matrix.rows {
      Scalar.softmaxBackward(
        gradient: gradient.row(k), output: matrix.row(k), count: matrix.columns, scale: inverseTemperature)
    }
    dropout.backward(gradient)
  }
}
