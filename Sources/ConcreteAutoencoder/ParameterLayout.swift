import LinearAlgebra

/// Where one named tensor stands in the flat parameter buffer.
public struct TensorSlot: Sendable, Equatable {
  /// The name in the report's PyTorch module, for example `decoder.0.weight`.
  public let name: String
  /// Sizes, outermost first; weights are [out, in].
  public let shape: [Int]
  /// First element in the flat buffer.
  public let offset: Int

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// One layer of the decoder: its tensors' places and its sizes.
public struct DecoderLayer: Sendable, Equatable {
  /// [outputs, inputs].
  public let weight: TensorSlot
  /// [outputs].
  public let bias: TensorSlot
  /// [outputs], of the normalisation, if there is one.
  public let gain: TensorSlot?
  /// [outputs], of the normalisation, if there is one.
  public let shift: TensorSlot?

  /// What a hidden layer's activation multiplies negative values by.
  package static let leakySlope = 0.2
  /// What a normalisation adds to the variance.
  package static let normEpsilon = 1e-5

  /// Units that come in.
  public var inputs: Int { weight.shape[1] }
  /// Units that go out.
  public var outputs: Int { weight.shape[0] }
}

/// The order of all tensors in the one flat buffer that parameters, gradients and moments share.
///
/// Tensors start on cache lines; the padding between them stays zero.
public struct ParameterLayout: Sendable, Equatable {
  /// Every tensor, in order.
  public let tensors: [TensorSlot]
  /// `encoder.logits`, [K, D]: always first.
  public let logits: TensorSlot
  /// The decoder's layers, the last one producing the output.
  public let layers: [DecoderLayer]
  /// Length of the flat buffer.
  public let count: Int
  /// Where the decoder's tensors begin: everything before belongs to the selector.
  public let decoderOffset: Int

  /// Lays out the tensors of a model of this shape.
  public init(shape: ModelShape) {
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
    self.tensors = tensors
    self.layers = layers
    count = offset
  }

  /// Number of parameters, without padding.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }
}
