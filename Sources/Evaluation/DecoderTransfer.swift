import ConcreteAutoencoder
import LinearAlgebra

/// Carries a trained decoder over to another selection, so that training it there begins near its end.
package enum DecoderTransfer {
  /// Changes the decoder of `model`, which was trained on the values of the features `old`, to take those of `new`.
  ///
  /// The values of `old` are replaced by their linear regression on those of `new`, fitted to `rows`, which goes into
  /// the first layer: for features that both have nothing changes. A linear decoder that rebuilds the features needs
  /// no training, unless values are missing: it becomes the regression of `rows` on `new`.
  package static func carry(
    _ model: Autoencoder<Float>, from old: [Int], to new: [Int], rows: EvaluationRows
  ) throws {
    let layer = model.layout.layers[0]
    let (weight, bias) = (
      MatrixView(model.parameters.base + layer.weight.offset, rows: layer.outputs, columns: layer.inputs),
      model.parameters.base + layer.bias.offset
    )
    let k = new.count
    if isClosedForm(model.shape, hasGaps: rows.hasGaps) {
      let regression = try LinearRegression(features: new, rows: rows)
      let c = MatrixView(regression.coefficients.base, rows: k, columns: layer.outputs)
      for h in 0..<layer.outputs {
        var constant = regression.targetMeans[h]
        for i in 0..<k {
          weight[h, i] = Float(c[i, h])
          constant -= c[i, h] * regression.featureMeans[i]
        }
        bias[h] = Float(constant)
      }
      return
    }
    guard old != new else { return }
    let regression = try LinearRegression(features: new, rows: rows.predicting(features: old))
    let c = MatrixView(regression.coefficients.base, rows: k, columns: old.count)
    var constants = regression.targetMeans
    for (q, _) in old.enumerated() {
      for i in 0..<k { constants[q] -= c[i, q] * regression.featureMeans[i] }
    }
    var row = [Double](repeating: 0, count: k)
    for h in 0..<layer.outputs {
      for i in 0..<k { row[i] = 0 }
      var constant = Double(bias[h])
      for q in old.indices {
        let factor = Double(weight[h, q])
        constant += factor * constants[q]
        for i in 0..<k { row[i] += factor * c[i, q] }
      }
      bias[h] = Float(constant)
      for i in 0..<k { weight[h, i] = Float(row[i]) }
    }
  }

  /// Whether a decoder is a linear regression, which needs no training; one over observed values alone is not.
  package static func isClosedForm(_ shape: ModelShape, hasGaps: Bool) -> Bool {
    shape.hidden.isEmpty && shape.task.objective.isLeastSquares && !hasGaps
  }
}
