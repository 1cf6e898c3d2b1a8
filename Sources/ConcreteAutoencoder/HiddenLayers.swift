import LinearAlgebra

/// The decoder's hidden layers, forward and backward over a batch's rows, with their activations.
///
/// Each is Linear, optional LayerNorm, LeakyReLU(0.2), Dropout; the last layer is an `OutputLayer`.
final class HiddenLayers<Scalar: Real> {
  static var leakySlope: Scalar { Scalar(DecoderLayer.leakySlope) }
  static var normEpsilon: Scalar { Scalar(DecoderLayer.normEpsilon) }

  private let layers: [DecoderLayer]
  private let dropout: Double
  private let activations: [HiddenActivations<Scalar>]
  /// Room for sums over rows that are added to others.
  private let sums: AlignedBuffer<Scalar>

  init(layout: ParameterLayout, dropout: Double, maximumRows: Int) {
    layers = layout.layers.dropLast()
    self.dropout = dropout
    activations = layers.map {
      HiddenActivations(
        maximumRows: maximumRows, units: $0.outputs, normalized: $0.gain != nil, dropout: dropout > 0)
    }
    sums = AlignedBuffer(count: layers.map(\.outputs).max() ?? 0)
  }

  /// From U [rows, K] to the last layer's input, [rows, H]. With `randomness` dropout is applied; `firstRow` is the
  /// first row's place in the global batch.
  func forward(
    parameters: UnsafeMutablePointer<Scalar>, latent: MatrixView<Scalar>, randomness: Randomness<Scalar>?,
    firstRow: Int
  ) -> MatrixView<Scalar> {
    var input = latent
    for (index, layer) in layers.enumerated() {
      let values = activations[index].values.prefix(latent.rows)
      values.assign(product: input, transposed: Self.weight(layer, parameters))
      activate(layer, activations[index], values, parameters)
      if let randomness {
        activations[index].applyDropout(
          dropout, layer: index, rows: latent.rows, firstRow: firstRow, randomness: randomness)
      }
      input = values
    }
    return input
  }

  /// From the gradient of the last layer's input, which is used up, to those of these layers' parameters, written to
  /// `gradient` (flat) or added to it, and to that of U, [rows, K].
  func backward(
    parameters: UnsafeMutablePointer<Scalar>, topGradient: MatrixView<Scalar>, latent: MatrixView<Scalar>,
    into gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool, latentGradient: MatrixView<Scalar>
  ) {
    let rows = latent.rows
    var delta = topGradient
    for index in layers.indices.reversed() {
      let layer = layers[index]
      differentiate(layer, activations[index], delta, parameters, gradient, accumulate: accumulate)
      let input = index == 0 ? latent : activations[index - 1].values.prefix(rows)
      Self.weight(layer, gradient).assign(transposed: delta, product: input, accumulate: accumulate)
      delta.sumColumns(into: gradient + layer.bias.offset, scratch: sums, accumulate: accumulate)
      let below = index == 0 ? latentGradient : activations[index - 1].gradient.prefix(rows)
      below.assign(product: delta, Self.weight(layer, parameters))
      delta = below
    }
    if layers.isEmpty { latentGradient.base.update(from: topGradient.base, count: topGradient.count) }
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
    _ layer: DecoderLayer, _ activations: HiddenActivations<Scalar>, _ delta: MatrixView<Scalar>,
    _ parameters: UnsafeMutablePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool
  ) {
    if let mask = activations.mask { Scalar.multiply(x: delta.base, mask: mask, count: delta.count) }
    // Dropout keeps signs and its zeros have zero gradient, so the kept values tell the activation's side.
    Scalar.leakyBackward(
      gradient: delta.base, activated: activations.values.base, count: delta.count, slope: Self.leakySlope)
    guard let gain = layer.gain, let shift = layer.shift else { return }
    delta.sumColumns(into: gradient + shift.offset, scratch: sums, accumulate: accumulate)
    let products = MatrixView(activations.scratch.base, rows: delta.rows, columns: delta.columns)
    Scalar.product(out: products.base, a: delta.base, b: activations.normalized.base, count: delta.count)
    products.sumColumns(into: gradient + gain.offset, scratch: sums, accumulate: accumulate)
    Scalar.layerNormBackward(
      gradient: delta.base, normalized: activations.normalized.base,
      inverseDeviation: activations.inverseDeviation.base, gain: parameters + gain.offset,
      rows: delta.rows, columns: delta.columns)
  }

  private static func weight(
    _ layer: DecoderLayer, _ flat: UnsafeMutablePointer<Scalar>
  ) -> MatrixView<Scalar> {
    MatrixView(flat + layer.weight.offset, rows: layer.outputs, columns: layer.inputs)
  }
}
