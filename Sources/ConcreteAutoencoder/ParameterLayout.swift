import LinearAlgebra

/// Where one named tensor stands in the flat parameter buffer.
package struct TensorSlot: Sendable, Equatable {
  /// The name in the report's PyTorch module, for example `decoder.0.weight`.
  package let name: String
  /// Sizes, outermost first; weights are [out, in].
  package let shape: [Int]
  /// First element in the flat buffer.
  package let offset: Int

  /// Number of elements.
  package var count: Int { shape.reduce(1, *) }
}

/// One layer of the decoder: its tensors' places and its sizes.
package struct DecoderLayer: Sendable, Equatable {
  /// [outputs, inputs].
  package let weight: TensorSlot
  /// [outputs].
  package let bias: TensorSlot
  /// [outputs], of the normalisation, if there is one.
  package let gain: TensorSlot?
  /// [outputs], of the normalisation, if there is one.
  package let shift: TensorSlot?

  /// What a hidden layer's activation multiplies negative values by.
  package static let leakySlope = 0.2
  /// What a normalisation adds to the variance.
  package static let normEpsilon = 1e-5

  /// Units that come in.
  package var inputs: Int { weight.shape[1] }
  /// Units that go out.
  package var outputs: Int { weight.shape[0] }
}

/// The tensors that logits follow from where they are parametrised indirectly (`IndirectLogits`).
package struct IndirectTensors: Sendable, Equatable {
  /// Psi, a vector for each selector, [K, p].
  package let psi: TensorSlot
  /// W, a vector for each feature, [D, p].
  package let weight: TensorSlot
  /// b, [D].
  package let bias: TensorSlot
}

/// The order of all tensors in the one flat buffer that parameters, gradients and moments share.
///
/// Tensors start on cache lines; the padding between them stays zero. What logits follow from stands behind the decoder, so
/// that all else has the same place whatever the parametrisation: gradients are laid out as for `ModelShape.direct`.
package struct ParameterLayout: Sendable, Equatable {
  /// Every tensor, in order.
  package let tensors: [TensorSlot]
  /// `encoder.logits`, [K, D]: always first. Parameters, or derived where there are `indirect` ones.
  package let logits: TensorSlot
  /// The decoder's layers, the last one producing the output.
  package let layers: [DecoderLayer]
  /// Length of the flat buffer.
  package let count: Int
  /// Where the decoder's tensors begin: everything before belongs to the selector.
  package let decoderOffset: Int
  /// Where they end.
  package let decoderEnd: Int
  /// What the logits follow from; nil where they are parameters.
  package let indirect: IndirectTensors?

  /// Lays out the tensors of a model of this shape.
  package init(shape: ModelShape) {
    var tensors: [TensorSlot] = []
    var offset = 0
    func place(_ name: String, _ shape: [Int]) -> TensorSlot {
      let slot = TensorSlot(name: name, shape: shape, offset: offset)
      offset += AlignedBuffer<Float>.aligned(slot.count)
      tensors.append(slot)
      return slot
    }
    logits = place("encoder.logits", [shape.selectorCount, shape.featureCount])
    decoderOffset = offset
    var layers: [DecoderLayer] = []
    // A torch Sequential counts every module: Linear, (LayerNorm,) LeakyReLU, Dropout for each hidden layer.
    let modulesPerLayer = shape.layerNorm ? 4 : 3
    let widths = shape.widths
    for index in 0..<(widths.count - 1) {
      let module = index * modulesPerLayer
      let normalized = shape.layerNorm && index < shape.hidden.count
      layers.append(
        DecoderLayer(
          weight: place("decoder.\(module).weight", [widths[index + 1], widths[index]]),
          bias: place("decoder.\(module).bias", [widths[index + 1]]),
          gain: normalized ? place("decoder.\(module + 1).weight", [widths[index + 1]]) : nil,
          shift: normalized ? place("decoder.\(module + 1).bias", [widths[index + 1]]) : nil))
    }
    self.layers = layers
    decoderEnd = offset
    indirect = shape.indirectSize.map { size in
      IndirectTensors(
        psi: place("encoder.psi", [shape.selectorCount, size]),
        weight: place("encoder.weight", [shape.featureCount, size]),
        bias: place("encoder.bias", [shape.featureCount]))
    }
    self.tensors = tensors
    count = offset
  }

  /// Where the `indirect` tensors lie; empty without them.
  package var indirectRange: Range<Int> { decoderEnd..<count }

  /// The decoder's tensors of a model of this shape that do not belong to features.
  package func hiddenRange(_ shape: ModelShape) -> Range<Int> {
    decoderOffset..<(shape.outputsAreFeatures ? layers[layers.count - 1].weight.offset : decoderEnd)
  }

  /// The tensors that training updates, and that have moments: all but derived logits.
  package var trained: [TensorSlot] { indirect == nil ? tensors : Array(tensors.dropFirst()) }

  /// Number of parameters, without padding.
  package var parameterCount: Int { trained.reduce(0) { $0 + $1.count } }
}
