import LinearAlgebra

/// The decoder's last layer, or the part of it whose outputs are a block of the features.
struct OutputLayer<Scalar: Real> {
  /// Its outputs among all.
  let outputs: Range<Int>
  /// Its weights, [outputs, H], among the parameters and in a gradient.
  let weight: Range<Int>
  /// Its biases, [outputs], likewise.
  let bias: Range<Int>

  private let inputs: Int
  private let storage: AlignedBuffer<Scalar>
  private let sums: AlignedBuffer<Scalar>

  /// Room for batches of at most `maximumRows` rows; all outputs unless some are given.
  init(_ layout: ParameterLayout, outputs: Range<Int>? = nil, maximumRows: Int) {
    let layer = layout.layers[layout.layers.count - 1]
    let outputs = outputs ?? 0..<layer.outputs
    self.outputs = outputs
    inputs = layer.inputs
    let first = layer.weight.offset + outputs.lowerBound * layer.inputs
    weight = first..<first + outputs.count * layer.inputs
    bias = layer.bias.offset + outputs.lowerBound..<layer.bias.offset + outputs.upperBound
    storage = AlignedBuffer(count: maximumRows * outputs.count)
    sums = AlignedBuffer(count: outputs.count)
  }

  /// The product without biases, [rows, outputs], from the layer's input [rows, H]; overwritten by the next call.
  func forward(_ parameters: UnsafeMutablePointer<Scalar>, _ input: MatrixView<Scalar>) -> MatrixView<Scalar>
  {
    let output = MatrixView(storage.base, rows: input.rows, columns: outputs.count)
    output.assign(product: input, transposed: weights(parameters))
    return output
  }

  /// From the gradient of the outputs to that of the parameters, written to `gradient` (flat) or added to it, and to that of
  /// the input, as far as these outputs go, [rows, H].
  func backward(
    _ parameters: UnsafeMutablePointer<Scalar>, _ outputGradient: MatrixView<Scalar>,
    input: MatrixView<Scalar>, into gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool,
    inputGradient: MatrixView<Scalar>
  ) {
    weights(gradient).assign(transposed: outputGradient, product: input, accumulate: accumulate)
    outputGradient.sumColumns(into: gradient + bias.lowerBound, scratch: sums, accumulate: accumulate)
    inputGradient.assign(product: outputGradient, weights(parameters))
  }

  private func weights(_ flat: UnsafeMutablePointer<Scalar>) -> MatrixView<Scalar> {
    MatrixView(flat + weight.lowerBound, rows: outputs.count, columns: inputs)
  }
}

extension MatrixView {
  /// Writes the sums over rows to `out`, or adds them, as they would be alone.
  func sumColumns(
    into out: UnsafeMutablePointer<Scalar>, scratch: AlignedBuffer<Scalar>, accumulate: Bool
  ) {
    Scalar.columnSums(out: accumulate ? scratch.base : out, x: base, rows: rows, columns: columns)
    if accumulate { Scalar.addScaled(x: out, y: scratch.base, count: columns, scale: 1) }
  }
}
