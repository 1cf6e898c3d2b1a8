import LinearAlgebra

/// The deterministic model: gathers each selector's argmax feature and decodes. No noise, no dropout.
package final class Evaluator<Scalar: Real> {
  /// Rows to evaluate, [maximumRows, D], to be filled by the caller.
  package let rows: AlignedBuffer<Scalar>
  /// What they are compared with.
  package let targets: TargetRows<Scalar>
  /// Which terms of the loss count, to be filled by the caller where there are such.
  package let terms: CountedTerms<Scalar>
  /// Rows that fit at once.
  package let maximumRows: Int

  private let model: Autoencoder<Scalar>
  private let hidden: HiddenLayers<Scalar>
  private let output: OutputLayer<Scalar>
  private let latent: AlignedBuffer<Scalar>
  private var features: [UInt32]

  /// Allocates room for `maximumRows` rows; `hasGaps` and `isWeighted` say whether features can be missing, and rows have
  /// weights.
  package init(
    model: Autoencoder<Scalar>, maximumRows: Int, hasGaps: Bool = false, isWeighted: Bool = false
  ) {
    self.model = model
    self.maximumRows = maximumRows
    rows = AlignedBuffer(count: maximumRows * model.shape.featureCount)
    targets = TargetRows(model.shape.task.objective.target, capacity: maximumRows)
    terms = CountedTerms(
      rows: maximumRows, columns: model.shape.featureCount,
      hasGaps: hasGaps && model.shape.outputsAreFeatures, isWeighted: isWeighted)
    hidden = HiddenLayers(layout: model.layout, dropout: 0, maximumRows: maximumRows)
    output = OutputLayer(model.layout, maximumRows: maximumRows)
    latent = AlignedBuffer(count: maximumRows * model.shape.selectorCount)
    features = model.selectedFeatures()
  }

  /// Takes up the selection of the model's parameters as they stand now; call after they changed.
  package func refreshSelection() { features = model.selectedFeatures() }

  /// What the last layer reads of the first `rowCount` rows, [rowCount, inputs]; overwritten by the next call.
  package func topLayer(rowCount: Int) -> MatrixView<Scalar> {
    let u = MatrixView(latent.base, rows: rowCount, columns: model.shape.selectorCount)
    Scalar.gatherColumns(
      out: u.base, x: rows.base, indices: features, rows: rowCount, columns: model.shape.featureCount,
      selected: model.shape.selectorCount)
    return hidden.forward(
      parameters: model.parameters.base, latent: u, randomness: nil, firstRow: 0)
  }

  private func forward(_ rowCount: Int) -> (output: MatrixView<Scalar>, bias: UnsafeMutablePointer<Scalar>) {
    let parameters = model.parameters.base
    let top = topLayer(rowCount: rowCount)
    return (output.forward(parameters, top), parameters + output.bias.lowerBound)
  }

  /// What the outputs of the first rows are compared with.
  private func target(_ rowCount: Int) -> TargetBlock<Scalar> {
    targets.block(
      0..<rowCount, features: MatrixView(rows.base, rows: rowCount, columns: model.shape.featureCount))
  }

  /// The sums of losses over the first `rowCount` rows.
  package func evaluate(rowCount: Int) -> LossSums {
    guard rowCount > 0 else { return LossSums() }
    let (output, bias) = forward(rowCount)
    // The gradient is left where the outputs were, and not used.
    return terms.differentiate(
      model.shape.task.objective, output, bias: bias, target: target(rowCount), scale: 1)
  }

  /// Calls `body` with the sums of each of the first `rowCount` rows, as `evaluate` would find them of the row alone.
  package func forEachRow(rowCount: Int, _ body: (Int, LossSums) -> Void) {
    guard rowCount > 0 else { return }
    let (output, bias) = forward(rowCount)
    for row in 0..<rowCount {
      body(
        row,
        terms.differentiate(
          model.shape.task.objective, row: row, of: output, bias: bias, target: target(rowCount), scale: 1))
    }
  }

  /// The decoder's output for the first `rowCount` rows, [rowCount, outputs]; overwritten by the next call.
  package func decode(rowCount: Int) -> MatrixView<Scalar> {
    let (output, bias) = forward(rowCount)
    Scalar.addBias(x: output.base, bias: bias, rows: rowCount, columns: output.columns)
    return output
  }
}
