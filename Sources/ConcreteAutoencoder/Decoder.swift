import CounterRandom
import LinearAlgebra

/// The decoder's forward and backward pass over a batch, with its activations.
///
/// [K] + hidden + [outputs]; each hidden layer Linear, optional LayerNorm, LeakyReLU(0.2), Dropout; the last Linear.
final class Decoder<Scalar: Real> {
  static var leakySlope: Scalar { 0.2 }
  static var normEpsilon: Scalar { 1e-5 }

  /// The last layer's product without its bias, [batch, outputs]; the loss adds the bias.
  let output: AlignedBuffer<Scalar>

  private let layers: [DecoderLayer]
  private let dropout: Double
  private let hidden: [HiddenActivations<Scalar>]
  private let latentGradientStorage: AlignedBuffer<Scalar>

  init(shape: ModelShape, layout: ParameterLayout, dropout: Double, maximumRows: Int) {
    layers = layout.layers
    self.dropout = dropout
    output = AlignedBuffer(count: maximumRows * shape.outputCount)
    hidden = layout.layers.dropLast().map {
      HiddenActivations(
        maximumRows: maximumRows, units: $0.outputs, normalized: $0.gain != nil, dropout: dropout > 0)
    }
    latentGradientStorage = AlignedBuffer(count: maximumRows * shape.selectorCount)
  }

  /// Fills `output` from U [batch, K]. With `randomness` dropout is applied; `firstRow` is the batch's first row
  /// in the global batch.
  func forward(
    parameters: UnsafeMutablePointer<Scalar>, latent: MatrixView<Scalar>,
    randomness: Randomness<Scalar>?, firstRow: Int
  ) {
    var input = latent
    for (index, layer) in layers.dropLast().enumerated() {
      let activations = hidden[index]
      let values = activations.values.prefix(latent.rows)
      values.assign(product: input, transposed: weight(layer, parameters))
      activate(layer, activations, values, parameters)
      if let randomness {
        activations.applyDropout(
          dropout, layer: index, rows: latent.rows, firstRow: firstRow, randomness: randomness)
      }
      input = values
    }
    let last = layers[layers.count - 1]
    outputView(latent.rows).assign(product: input, transposed: weight(last, parameters))
  }

  private func activate(
    _ layer: DecoderLayer, _ activations: HiddenActivations<Scalar>, _ values: MatrixView<Scalar>,
    _ parameters: UnsafeMutablePointer<Scalar>
  ) {
    let bias = parameters + layer.bias.offset
    guard let gain = layer.gain, let shift = layer.shift else {
      Scalar.biasLeaky(
        x: values.base, bias: bias, rows: values.rows, columns: values.columns, slope: Self.leakySlope)
      return
    }
    Scalar.addBias(x: values.base, bias: bias, rows: values.rows, columns: values.columns)
    Scalar.layerNorm(
      x: values.base, normalized: activations.normalized.base,
      inverseDeviation: activations.inverseDeviation.base, gain: parameters + gain.offset,
      shift: parameters + shift.offset, rows: values.rows, columns: values.columns,
      epsilon: Self.normEpsilon)
    Scalar.leaky(x: values.base, count: values.count, slope: Self.leakySlope)
  }

  /// From the gradient of the output (in `output`) to those of all weights, written to `gradient` (flat, the
  /// layout's order), and returns that of U, [batch, K].
  func backward(
    parameters: UnsafeMutablePointer<Scalar>, latent: MatrixView<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> MatrixView<Scalar> {
    let rows = latent.rows
    var delta = outputView(rows)
    for index in stride(from: layers.count - 1, through: 0, by: -1) {
      let layer = layers[index]
      if index < hidden.count { differentiate(layer, hidden[index], delta, parameters, gradient) }
      let input = index == 0 ? latent : hidden[index - 1].values.prefix(rows)
      weight(layer, gradient).assign(transposed: delta, product: input)
      Scalar.columnSums(
        out: gradient + layer.bias.offset, x: delta.base, rows: rows, columns: layer.outputs)
      let below =
        index == 0
        ? MatrixView(latentGradientStorage.base, rows: rows, columns: layer.inputs)
        : hidden[index - 1].gradient.prefix(rows)
      below.assign(product: delta, weight(layer, parameters))
      delta = below
    }
    return delta
  }

  /// Takes `delta` back through a hidden layer's dropout, activation and normalisation.
  private func differentiate(
    _ layer: DecoderLayer, _ activations: HiddenActivations<Scalar>, _ delta: MatrixView<Scalar>,
    _ parameters: UnsafeMutablePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>
  ) {
    if let mask = activations.mask { Scalar.multiply(x: delta.base, mask: mask, count: delta.count) }
    // Dropout keeps signs and its zeros have zero gradient, so the kept values tell the activation's side.
    Scalar.leakyBackward(
      gradient: delta.base, activated: activations.values.base, count: delta.count, slope: Self.leakySlope)
    guard let gain = layer.gain, let shift = layer.shift else { return }
    Scalar.columnSums(
      out: gradient + shift.offset, x: delta.base, rows: delta.rows, columns: delta.columns)
    let products = activations.scratch.base
    Scalar.product(out: products, a: delta.base, b: activations.normalized.base, count: delta.count)
    Scalar.columnSums(out: gradient + gain.offset, x: products, rows: delta.rows, columns: delta.columns)
    Scalar.layerNormBackward(
      gradient: delta.base, normalized: activations.normalized.base,
      inverseDeviation: activations.inverseDeviation.base, gain: parameters + gain.offset,
      rows: delta.rows, columns: delta.columns)
  }

  /// The first `rows` rows of `output`.
  func outputView(_ rows: Int) -> MatrixView<Scalar> {
    MatrixView(output.base, rows: rows, columns: layers[layers.count - 1].outputs)
  }

  private func weight(_ layer: DecoderLayer, _ flat: UnsafeMutablePointer<Scalar>) -> MatrixView<Scalar> {
    MatrixView(flat + layer.weight.offset, rows: layer.outputs, columns: layer.inputs)
  }
}
