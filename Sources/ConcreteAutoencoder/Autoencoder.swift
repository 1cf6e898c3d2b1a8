import CounterRandom
import LinearAlgebra

/// A concrete autoencoder's parameters: selector logits and decoder weights in one flat buffer
/// (Abid, Balin, Zou 2019, arXiv 1901.09346).
package final class Autoencoder<Scalar: Real> {
  /// The sizes.
  package let shape: ModelShape
  /// Where each tensor stands in `parameters`.
  package let layout: ParameterLayout
  /// All parameters, in the layout's order.
  package let parameters: AlignedBuffer<Scalar>

  /// A model with every parameter zero, in the storage given (of the layout's length) or storage of its own.
  package init(shape: ModelShape, storage: AlignedBuffer<Scalar>? = nil) {
    self.shape = shape
    layout = ParameterLayout(shape: shape)
    parameters = storage ?? AlignedBuffer(count: layout.count)
    precondition(parameters.count == layout.count, "storage of another model")
  }

  /// The selector's logits, [K, D].
  package var logits: MatrixView<Scalar> {
    MatrixView(parameters.base, rows: shape.selectorCount, columns: shape.featureCount)
  }

  /// Gives every parameter its initial value, a function of the seed alone.
  ///
  /// Linear layers: weights and biases uniform in +-1/sqrt(inputs). Normalisation: gain 1, shift 0.
  /// Logits that are parametrised indirectly have a start of their own (`IndirectLogits`), whatever `initial` says.
  /// `warmStart` names one feature for each selector that shall begin with a head start, `never` features that no
  /// selector can come to.
  package func initialize(
    seed: UInt64, logits initial: InitialLogits, warmStart: [Int] = [], never: [Int] = []
  ) {
    if let indirect = IndirectLogits(of: self) {
      indirect.initialize(seed: seed, warmStart: warmStart, never: never)
    } else {
      initial.fill(logits, seed: seed, warmStart: warmStart)
      for k in 0..<shape.selectorCount {
        for feature in never { logits[k, feature] = Scalar(InitialLogits.never) }
      }
    }
    for (index, layer) in layout.layers.enumerated() {
      let bound = Scalar(1 / Double(layer.inputs).squareRoot())
      for (part, slot) in [layer.weight, layer.bias].enumerated() {
        Scalar.uniform(
          out: parameters.base + slot.offset, count: slot.count, low: -bound, high: bound,
          stream: RandomStream(seed: seed, purpose: .initialDecoder, step: index, row: part))
      }
      if let gain = layer.gain {
        (parameters.base + gain.offset).update(repeating: 1, count: gain.count)
      }
      if let shift = layer.shift {
        (parameters.base + shift.offset).update(repeating: 0, count: shift.count)
      }
    }
  }

  /// The selected feature of each selector: argmax of its logits, never of a noisy sample.
  package func selectedFeatures() -> [UInt32] {
    (0..<shape.selectorCount).map { k in
      var index = 0
      _ = Scalar.max(x: logits.row(k), count: shape.featureCount, index: &index)
      return UInt32(index)
    }
  }
}
