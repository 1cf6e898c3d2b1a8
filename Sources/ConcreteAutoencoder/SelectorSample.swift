import CounterRandom
import LinearAlgebra

/// Where a step's random numbers come from.
public enum Randomness<Scalar: Real> {
  /// Words keyed by the run's seed and the step: the same on every rank.
  case keyed(seed: UInt64, step: Int)
  /// Values worked out elsewhere: Gumbel noise [K, D], a logits mask [K, D] (0 or 1/(1-p)), and a mask
  /// [batch, units] for each hidden layer.
  case given(
    noise: UnsafePointer<Scalar>, logitsMask: UnsafePointer<Scalar>?, dropoutMasks: [UnsafePointer<Scalar>])
}

/// One draw of the selector: soft one-hot rows M = softmax((L + G) / T), with what its gradient needs.
///
/// Gumbel-softmax of Jang, Gu, Poole 2017 and Maddison, Mnih, Teh 2017; one noise matrix serves the whole batch.
final class SelectorSample<Scalar: Real> {
  /// M, [K, D].
  let matrix: MatrixView<Scalar>
  /// The largest entry of each row of M: what a hard (straight-through) sample selects.
  private(set) var hardFeatures: [UInt32]
  /// L with this step's dropout applied, or L itself.
  private(set) var effectiveLogits: MatrixView<Scalar>
  /// The dropout mask of this step, or nil.
  private(set) var mask: UnsafePointer<Scalar>?

  private let hard: Bool
  private let logitsDropout: Double
  private let matrixStorage: AlignedBuffer<Scalar>
  private let droppedStorage: AlignedBuffer<Scalar>
  private let maskStorage: AlignedBuffer<Scalar>
  private var inverseTemperature: Scalar = 1

  init(shape: ModelShape, hard: Bool, logitsDropout: Double, maskGiven: Bool) {
    self.hard = hard
    self.logitsDropout = logitsDropout
    let count = shape.selectorCount * shape.featureCount
    matrixStorage = AlignedBuffer(count: count)
    droppedStorage = AlignedBuffer(count: logitsDropout > 0 || maskGiven ? count : 0)
    maskStorage = AlignedBuffer(count: logitsDropout > 0 ? count : 0)
    matrix = MatrixView(matrixStorage.base, rows: shape.selectorCount, columns: shape.featureCount)
    effectiveLogits = matrix
    hardFeatures = hard ? Array(repeating: 0, count: shape.selectorCount) : []
  }

  /// Draws M for one step.
  func draw(logits: MatrixView<Scalar>, temperature: Double, randomness: Randomness<Scalar>) {
    inverseTemperature = Scalar(1 / temperature)
    applyDropout(to: logits, randomness)
    for k in 0..<matrix.rows {
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
        noise: row, logits: effectiveLogits.row(k), count: matrix.columns,
        inverseTemperature: inverseTemperature)
      if hard {
        var index = 0
        _ = Scalar.max(x: row, count: matrix.columns, index: &index)
        hardFeatures[k] = UInt32(index)
      }
    }
  }

  private func applyDropout(to logits: MatrixView<Scalar>, _ randomness: Randomness<Scalar>) {
    effectiveLogits = logits
    mask = nil
    switch randomness {
    case .keyed(let seed, let step):
      guard logitsDropout > 0 else { return }
      for k in 0..<matrix.rows {
        Scalar.dropoutMask(
          out: maskStorage.base + k * matrix.columns, count: matrix.columns,
          probability: Scalar(logitsDropout),
          stream: RandomStream(seed: seed, purpose: .logitsDropout, step: step, row: k))
      }
      mask = UnsafePointer(maskStorage.base)
    case .given(_, let given, _): mask = given
    }
    guard let mask else { return }
    precondition(droppedStorage.count == logits.count, "a mask was given to a pass made without `maskGiven`")
    effectiveLogits = MatrixView(droppedStorage.base, rows: logits.rows, columns: logits.columns)
    Scalar.product(out: droppedStorage.base, a: logits.base, b: mask, count: logits.count)
  }

  /// U = X M^T, [batch, K], or the hard sample's columns of X.
  func select(_ x: MatrixView<Scalar>, into latent: MatrixView<Scalar>) {
    guard hard else { return latent.assign(product: x, transposed: matrix) }
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
    if let mask { Scalar.multiply(x: gradient.base, mask: mask, count: gradient.count) }
  }
}
