import LinearAlgebra

/// The decoder's forward and backward pass over a batch, with its activations.
///
/// [K] + hidden + [outputs]; each hidden layer Linear, optional LayerNorm, LeakyReLU(0.2), Dropout; the last Linear.
///
/// The last layer can be one slice of its outputs, over more rows than the hidden layers: a member of a tensor-parallel
/// group works out all rows for its outputs, but its own rows alone in the hidden layers.
final class Decoder<Scalar: Real> {
  static var leakySlope: Scalar { Scalar(DecoderLayer.leakySlope) }
  static var normEpsilon: Scalar { Scalar(DecoderLayer.normEpsilon) }

  private let layers: [DecoderLayer]
  /// Places in the gradient: like `layers`, but that the last layer has the slice's outputs alone.
  private let gradientLayers: [DecoderLayer]
  private let firstOutput: Int
  private let dropout: Double
  private let hidden: [HiddenActivations<Scalar>]
  private let outputStorage: AlignedBuffer<Scalar>
  private let latentGradientStorage: AlignedBuffer<Scalar>

  /// - Parameters:
  ///   - gradientLayout: where the gradient goes; its last layer is the slice.
  ///   - firstOutput: the first of the slice's outputs.
  ///   - maximumRows: rows of the hidden layers.
  ///   - maximumOutputRows: rows of the last layer.
  init(
    layout: ParameterLayout, gradientLayout: ParameterLayout, firstOutput: Int, dropout: Double,
    maximumRows: Int, maximumOutputRows: Int
  ) {
    layers = layout.layers
    gradientLayers = gradientLayout.layers
    self.firstOutput = firstOutput
    self.dropout = dropout
    outputStorage = AlignedBuffer(count: maximumOutputRows * gradientLayers[layers.count - 1].outputs)
    hidden = layout.layers.dropLast().map {
      HiddenActivations(
        maximumRows: maximumRows, units: $0.outputs, normalized: $0.gain != nil, dropout: dropout > 0)
    }
    latentGradientStorage = AlignedBuffer(count: maximumRows * layout.layers[0].inputs)
  }

  /// From U [rows, K] to the last layer's input, [rows, H]. With `randomness` dropout is applied; `firstRow` is the
  /// first row's place in the global batch.
  func forwardHidden(
    parameters: UnsafeMutablePointer<Scalar>, latent: MatrixView<Scalar>, randomness: Randomness<Scalar>?,
    firstRow: Int
  ) -> MatrixView<Scalar> {
    var input = latent
    for index in hidden.indices {
      let activations = hidden[index]
      let values = activations.values.prefix(latent.rows)
      values.assign(product: input, transposed: Self.weight(layers[index], parameters))
      activate(layers[index], activations, values, parameters)
      if let randomness {
        activations.applyDropout(
          dropout, layer: index, rows: latent.rows, firstRow: firstRow, randomness: randomness)
      }
      input = values
    }
    return input
  }

  /// The last layer's product for the slice's outputs without their bias, [rows, outputs], from its input.
  func forwardOutput(parameters: UnsafeMutablePointer<Scalar>, top: MatrixView<Scalar>) -> MatrixView<Scalar>
  {
    let output = MatrixView(
      outputStorage.base, rows: top.rows, columns: gradientLayers[layers.count - 1].outputs)
    output.assign(product: top, transposed: outputWeight(parameters))
    return output
  }

  /// The biases of the slice's outputs.
  func outputBias(_ parameters: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Scalar> {
    parameters + layers[layers.count - 1].bias.offset + firstOutput
  }

  /// From the gradient of the outputs to those of the last layer's parameters, in `gradient`, and to the slice's part of
  /// that of the layer's input, `topGradient` [rows, H].
  func backwardOutput(
    parameters: UnsafeMutablePointer<Scalar>, outputGradient: MatrixView<Scalar>, top: MatrixView<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>, into topGradient: MatrixView<Scalar>
  ) {
    let layer = gradientLayers[layers.count - 1]
    Self.weight(layer, gradient).assign(transposed: outputGradient, product: top)
    Scalar.columnSums(
      out: gradient + layer.bias.offset, x: outputGradient.base, rows: outputGradient.rows,
      columns: layer.outputs)
    topGradient.assign(product: outputGradient, outputWeight(parameters))
  }

  /// Room for the gradient of the last layer's input, [rows, H], which `backwardHidden` begins with.
  func topGradient(rows: Int) -> MatrixView<Scalar> {
    hidden.isEmpty ? latentGradient(rows: rows) : hidden[hidden.count - 1].gradient.prefix(rows)
  }

  /// From `topGradient` to the gradients of the hidden layers' parameters, in `gradient`; returns that of U, [rows, K].
  func backwardHidden(
    parameters: UnsafeMutablePointer<Scalar>, latent: MatrixView<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> MatrixView<Scalar> {
    let rows = latent.rows
    var delta = topGradient(rows: rows)
    for index in stride(from: hidden.count - 1, through: 0, by: -1) {
      let (layer, target) = (layers[index], gradientLayers[index])
      differentiate(layer, target, hidden[index], delta, parameters, gradient)
      let input = index == 0 ? latent : hidden[index - 1].values.prefix(rows)
      Self.weight(target, gradient).assign(transposed: delta, product: input)
      Scalar.columnSums(
        out: gradient + target.bias.offset, x: delta.base, rows: rows, columns: layer.outputs)
      let below = index == 0 ? latentGradient(rows: rows) : hidden[index - 1].gradient.prefix(rows)
      below.assign(product: delta, Self.weight(layer, parameters))
      delta = below
    }
    return delta
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

  /// Takes `delta` back through a hidden layer's dropout, activation and normalisation.
  private func differentiate(
    _ layer: DecoderLayer, _ target: DecoderLayer, _ activations: HiddenActivations<Scalar>,
    _ delta: MatrixView<Scalar>, _ parameters: UnsafeMutablePointer<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>
  ) {
    if let mask = activations.mask { Scalar.multiply(x: delta.base, mask: mask, count: delta.count) }
    // Dropout keeps signs and its zeros have zero gradient, so the kept values tell the activation's side.
    Scalar.leakyBackward(
      gradient: delta.base, activated: activations.values.base, count: delta.count, slope: Self.leakySlope)
    guard let gain = layer.gain, let targetGain = target.gain, let targetShift = target.shift else { return }
    Scalar.columnSums(
      out: gradient + targetShift.offset, x: delta.base, rows: delta.rows, columns: delta.columns)
    let products = activations.scratch.base
    Scalar.product(out: products, a: delta.base, b: activations.normalized.base, count: delta.count)
    Scalar.columnSums(
      out: gradient + targetGain.offset, x: products, rows: delta.rows, columns: delta.columns)
    Scalar.layerNormBackward(
      gradient: delta.base, normalized: activations.normalized.base,
      inverseDeviation: activations.inverseDeviation.base, gain: parameters + gain.offset,
      rows: delta.rows, columns: delta.columns)
  }

  private func latentGradient(rows: Int) -> MatrixView<Scalar> {
    MatrixView(latentGradientStorage.base, rows: rows, columns: layers[0].inputs)
  }

  /// The slice's rows of the last layer's weight, [outputs, H].
  private func outputWeight(_ parameters: UnsafeMutablePointer<Scalar>) -> MatrixView<Scalar> {
    let layer = layers[layers.count - 1]
    return MatrixView(
      parameters + layer.weight.offset + firstOutput * layer.inputs,
      rows: gradientLayers[layers.count - 1].outputs, columns: layer.inputs)
  }

  private static func weight(
    _ layer: DecoderLayer, _ flat: UnsafeMutablePointer<Scalar>
  ) -> MatrixView<Scalar> {
    MatrixView(flat + layer.weight.offset, rows: layer.outputs, columns: layer.inputs)
  }
}
