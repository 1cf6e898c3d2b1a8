import CounterRandom
import LinearAlgebra

/// Dropout on the logits: one mask a step, for all noise groups and for the diversity term.
final class LogitsDropout<Scalar: Real> {
  /// The mask of this step, [K, D], or nil.
  private(set) var mask: UnsafePointer<Scalar>?

  private let shape: ModelShape
  private let probability: Double
  private let maskStorage: AlignedBuffer<Scalar>
  private let droppedStorage: AlignedBuffer<Scalar>

  init(shape: ModelShape, probability: Double, maskGiven: Bool) {
    self.shape = shape
    self.probability = probability
    let count = shape.selectorCount * shape.featureCount
    droppedStorage = AlignedBuffer(count: probability > 0 || maskGiven ? count : 0)
    maskStorage = AlignedBuffer(count: probability > 0 ? count : 0)
  }

  /// Draws this step's mask, whole.
  func draw(_ randomness: Randomness<Scalar>) {
    mask = nil
    switch randomness {
    case .keyed(let seed, let step):
      guard probability > 0 else { return }
      for k in 0..<shape.selectorCount {
        Scalar.dropoutMask(
          out: maskStorage.base + k * shape.featureCount, count: shape.featureCount,
          probability: Scalar(probability),
          stream: RandomStream(seed: seed, purpose: .logitsDropout, step: step, row: k))
      }
      mask = UnsafePointer(maskStorage.base)
    case .given(_, let given, _): mask = given
    }
    precondition(
      mask == nil || droppedStorage.count == shape.selectorCount * shape.featureCount,
      "a mask was given to a pass made without `maskGiven`")
  }

  /// Some features of row k of L with dropout; reads nothing else of it.
  func effectiveRow(
    _ k: Int, _ features: Range<Int>, of logits: MatrixView<Scalar>
  ) -> UnsafePointer<Scalar> {
    let start = k * shape.featureCount + features.lowerBound
    guard let mask else { return UnsafePointer(logits.base + start) }
    let dropped = droppedStorage.base + start
    Scalar.product(out: dropped, a: logits.base + start, b: mask + start, count: features.count)
    return UnsafePointer(dropped)
  }

  /// L with dropout; L must be what the whole of this step's selection is drawn from.
  func effective(_ logits: MatrixView<Scalar>) -> MatrixView<Scalar> {
    guard let mask else { return logits }
    Scalar.product(out: droppedStorage.base, a: logits.base, b: mask, count: logits.count)
    return MatrixView(droppedStorage.base, rows: logits.rows, columns: logits.columns)
  }

  /// Takes rows `selectors` of a gradient in some features of the effective logits, [K, features], back to the logits.
  func backward(
    _ gradient: MatrixView<Scalar>, _ features: Range<Int>, mask: UnsafePointer<Scalar>?,
    selectors: Range<Int>
  ) {
    guard let mask else { return }
    for k in selectors {
      Scalar.multiply(
        x: gradient.row(k), mask: mask + k * shape.featureCount + features.lowerBound, count: features.count)
    }
  }
}
