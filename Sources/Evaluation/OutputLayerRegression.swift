import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// A decoder's last layer in closed form: the ridge regression of the targets on what the layer reads.
///
/// With the layers below as they are no other weights fit the rows better, and a ridge keeps few rows from being learnt by
/// heart.
package struct OutputLayerRegression {
  private let layer: DecoderLayer
  /// Products of the inputs' distances from their means with each other, [inputs, inputs], and the targets', [inputs, outputs].
  private let scatter: AlignedBuffer<Double>
  private let cross: AlignedBuffer<Double>
  private let means: [Double]
  private let targetMeans: [Double]

  /// Rows of which products are added up in single precision.
  private static let blockRows = 1_024

  /// Whether there is such a form for a model's objective and data.
  package static func exists(_ shape: ModelShape, hasGaps: Bool) -> Bool {
    shape.task.objective.isLeastSquares && !hasGaps
  }

  /// Reads `rows` of `dataset` with the selection and the layers of `model`; every rank must call, and all get the same bits
  /// on any number of them.
  package init(
    _ model: Autoencoder<Float>, dataset: Dataset, rows: [UInt32], communicator: any Communicator
  ) throws {
    let layer = model.layout.layers[model.layout.layers.count - 1]
    let (h, q) = (layer.inputs, layer.outputs)
    let known = rows.filter { row in
      if case .values(let values)? = dataset.target { !values[Int(row)].isNaN } else { true }
    }
    let loader = RowLoader<Float>(dataset)
    let evaluator = Evaluator(model: model, maximumRows: Self.blockRows)
    let blocks = SharedBlocks(communicator: communicator)
    (scatter, cross) = (AlignedBuffer(count: h * h), AlignedBuffer(count: h * q))
    let (scatter, cross) = (scatter.base, cross.base)
    let product = AlignedBuffer<Float>(count: SharedBlocks.rows * max(h, q))
    var (inputs, targets) = (ShiftedColumns(count: h), ShiftedColumns(count: q))
    for start in stride(from: 0, to: known.count, by: Self.blockRows) {
      let range = start..<min(start + Self.blockRows, known.count)
      known.withUnsafeBufferPointer {
        let part = UnsafeBufferPointer(rebasing: $0[range])
        loader.load(part, into: evaluator.rows.base)
        loader.loadTargets(part, into: evaluator.targets)
      }
      let weights = dataset.weights.map { weights in known[range].map { weights[Int($0)] } }
      let x = evaluator.topLayer(rowCount: range.count)
      let values = model.shape.outputsAreFeatures ? evaluator.rows.base : evaluator.targets.values.base
      let y = MatrixView(values, rows: range.count, columns: q)
      inputs.apply(to: x, weights: weights)
      targets.apply(to: y, weights: weights)
      blocks.forEach(of: h) { first, size in
        for (other, sums) in [(x, scatter), (y, cross)] {
          let n = other.columns
          Float.gemm(
            transposeA: true, transposeB: false, m: size, n: n, k: range.count, a: x.base + first, lda: h,
            b: other.base, ldb: n, beta: 0, c: product.base, ldc: n)
          for i in 0..<size * n { sums[first * n + i] += Double(product.base[i]) }
        }
      }
    }
    try blocks.collect(self.scatter)
    try blocks.collect(self.cross)
    for i in 0..<h {
      let mean = inputs.sums[i] / inputs.weight
      Double.addScaled(x: scatter + i * h, y: inputs.sums, count: h, scale: -mean)
      Double.addScaled(x: cross + i * q, y: targets.sums, count: q, scale: -mean)
    }
    self.layer = layer
    means = inputs.means
    targetMeans = targets.means
  }

  /// Puts the regression with a ridge of `ridge` times the inputs' mean variance into the last layer of `model`.
  package func apply(ridge: Double, to model: Autoencoder<Float>) {
    let (h, q) = (layer.inputs, layer.outputs)
    let square = AlignedBuffer<Double>(count: h * h)
    square.base.update(from: scatter.base, count: h * h)
    let c = MatrixView(square.base, rows: h, columns: h)
    let mean = (0..<h).reduce(0.0) { $0 + c[$1, $1] } / Double(h)
    for i in 0..<h { c[i, i] += ridge * mean }
    let solution = LinearRegression.solve(c, MatrixView(cross.base, rows: h, columns: q))
    let (weight, bias) = (
      model.parameters.base + layer.weight.offset, model.parameters.base + layer.bias.offset
    )
    withExtendedLifetime((solution, square)) {
      for output in 0..<q {
        var constant = targetMeans[output]
        for input in 0..<h {
          let coefficient = solution.base[input * q + output]
          weight[output * h + input] = Float(coefficient)
          constant -= coefficient * means[input]
        }
        bias[output] = Float(constant)
      }
    }
  }
}

/// Columns less a value near their means, so that products of columns far from 0 lose no digits, and each row times the root
/// of its weight.
private struct ShiftedColumns {
  private var shift: [Float] = []
  private(set) var sums: [Double]
  private(set) var weight = 0.0

  init(count: Int) { sums = Array(repeating: 0, count: count) }

  var means: [Double] { zip(shift, sums).map { Double($0) + $1 / weight } }

  mutating func apply(to x: MatrixView<Float>, weights: [Float]?) {
    var partial = [Float](repeating: 0, count: x.columns)
    if shift.isEmpty {
      Float.columnSums(out: &partial, x: x.base, rows: x.rows, columns: x.columns)
      shift = partial.map { $0 / Float(x.rows) }
    }
    let negative = shift.map { -$0 }
    Float.addBias(x: x.base, bias: negative, rows: x.rows, columns: x.columns)
    for i in 0..<x.rows {
      let rowWeight = weights.map { $0[i] } ?? 1
      weight += Double(rowWeight)
      guard weights != nil else { continue }
      for j in 0..<x.columns {
        sums[j] += Double(rowWeight * x[i, j])
        x[i, j] *= rowWeight.squareRoot()
      }
    }
    guard weights == nil else { return }
    Float.columnSums(out: &partial, x: x.base, rows: x.rows, columns: x.columns)
    for j in 0..<x.columns { sums[j] += Double(partial[j]) }
  }
}
