import CounterRandom
import LinearAlgebra

/// What one hidden layer keeps between the forward and the backward pass.
final class HiddenActivations<Scalar: Real> {
  /// Output of the layer after activation and dropout, [rows, units].
  let values: MatrixView<Scalar>
  /// Gradient of the output, [rows, units].
  let gradient: MatrixView<Scalar>
  /// Normalised values before gain and shift, [rows, units].
  let normalized: AlignedBuffer<Scalar>
  /// 1 / standard deviation of each row.
  let inverseDeviation: AlignedBuffer<Scalar>
  /// Room for a product, [rows, units].
  let scratch: AlignedBuffer<Scalar>
  /// This step's dropout mask, [rows, units], or nil.
  private(set) var mask: UnsafePointer<Scalar>?

  private let units: Int
  private let valueStorage: AlignedBuffer<Scalar>
  private let gradientStorage: AlignedBuffer<Scalar>
  private let maskStorage: AlignedBuffer<Scalar>

  init(maximumRows: Int, units: Int, normalized: Bool, dropout: Bool) {
    self.units = units
    let count = maximumRows * units
    valueStorage = AlignedBuffer(count: count)
    gradientStorage = AlignedBuffer(count: count)
    maskStorage = AlignedBuffer(count: dropout ? count : 0)
    self.normalized = AlignedBuffer(count: normalized ? count : 0)
    scratch = AlignedBuffer(count: normalized ? count : 0)
    inverseDeviation = AlignedBuffer(count: normalized ? maximumRows : 0)
    values = MatrixView(valueStorage.base, rows: maximumRows, columns: units)
    gradient = MatrixView(gradientStorage.base, rows: maximumRows, columns: units)
  }

  /// Multiplies the first rows of `values` by a mask keyed by each row's place in the global batch.
  func applyDropout(
    _ probability: Double, layer: Int, rows: Int, firstRow: Int, randomness: Randomness<Scalar>
  ) {
    mask = nil
    switch randomness {
    case .keyed(let seed, let step):
      guard probability > 0 else { return }
      for row in 0..<rows {
        Scalar.dropoutMask(
          out: maskStorage.base + row * units, count: units, probability: Scalar(probability),
          stream: RandomStream(
            seed: seed, purpose: .decoderDropout, layer: layer, step: step, row: firstRow + row))
      }
      mask = UnsafePointer(maskStorage.base)
    case .given(_, _, let masks): mask = layer < masks.count ? masks[layer] + firstRow * units : nil
    }
    if let mask { Scalar.multiply(x: valueStorage.base, mask: mask, count: rows * units) }
  }
}
