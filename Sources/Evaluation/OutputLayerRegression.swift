import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// A decoder's last layer in closed form: the ridge regression of the targets on what the layer reads.
///
/// With the layers below as they are no other weights fit the rows better, and a ridge keeps few rows from being learnt by
/// heart.
package struct OutputLayerRegression {
  private let products: RegressionProducts
  private let layer: DecoderLayer

  /// Whether there is such a form for a model's objective and data.
  package static func exists(_ shape: ModelShape, hasGaps: Bool) -> Bool {
    shape.task.objective.isLeastSquares && !hasGaps
  }

  /// Reads `rows` of `dataset` with the selection and the layers of `model`; every rank must call, and all get the same bits
  /// on any number of them.
  package init(
    _ model: Autoencoder<Float>, dataset: Dataset, rows: [UInt32], communicator: any Communicator
  ) throws {
    layer = model.layout.layers[model.layout.layers.count - 1]
    let layer = layer
    let loader = RowLoader<Float>(dataset)
    let known = rows.filter { row in
      if case .values(let values)? = dataset.target { !values[Int(row)].isNaN } else { true }
    }
    let evaluator = Evaluator(model: model, maximumRows: EvaluationRows.blockRows)
    let read = EvaluationRows(
      rowCount: known.count, featureCount: layer.inputs, targetCount: layer.outputs,
      weights: dataset.weights(of: known)
    ) { range, inputs, targets, _ in
      known.withUnsafeBufferPointer {
        let part = UnsafeBufferPointer(rebasing: $0[range])
        loader.load(part, into: evaluator.rows.base)
        loader.loadTargets(part, into: evaluator.targets)
      }
      let top = evaluator.topLayer(rowCount: range.count)
      for i in 0..<top.count { inputs[i] = Double(top.base[i]) }
      guard let targets else { return }
      let values = model.shape.outputsAreFeatures ? evaluator.rows.base : evaluator.targets.values.base
      for i in 0..<range.count * layer.outputs { targets[i] = Double(values[i]) }
    }
    products = try RegressionProducts(
      features: Array(0..<layer.inputs), rows: read, communicator: communicator)
  }

  /// Puts the regression with a ridge of `ridge` times the inputs' mean variance into the last layer of `model`.
  package func apply(ridge: Double, to model: Autoencoder<Float>) {
    let regression = products.regression(ridge: ridge)
    let (weight, bias) = (
      model.parameters.base + layer.weight.offset, model.parameters.base + layer.bias.offset
    )
    withExtendedLifetime(regression) {
      let c = MatrixView(regression.coefficients.base, rows: layer.inputs, columns: layer.outputs)
      for output in 0..<layer.outputs {
        var constant = regression.targetMeans[output]
        for input in 0..<layer.inputs {
          weight[output * layer.inputs + input] = Float(c[input, output])
          constant -= c[input, output] * regression.featureMeans[input]
        }
        bias[output] = Float(constant)
      }
    }
  }
}
