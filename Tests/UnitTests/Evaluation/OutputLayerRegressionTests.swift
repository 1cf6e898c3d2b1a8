import Communication
import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import Tables
import Testing

/// A decoder's last layer in closed form.
@Suite struct OutputLayerRegressionTests {
  private static let (rowCount, featureCount) = (90, 12)

  /// A model of random weights that reads features 2, 9 and 4.
  private static func model(task: LearningTask = .reconstruct) -> Autoencoder<Float> {
    let model = Autoencoder<Float>(
      shape: ModelShape(
        featureCount: featureCount, selectorCount: 3, hidden: [7], layerNorm: false, task: task,
        targetCount: task == .regress ? 1 : nil))
    model.initialize(seed: 3, logits: .uniform)
    model.logits.clear()
    for (k, feature) in [2, 9, 4].enumerated() { model.logits[k, feature] = 1 }
    return model
  }

  private static func dataset(rows: [Int], weights: [Float]? = nil, labels: [Float]? = nil) -> Dataset {
    let table = RandomTable.mixtures(rows: rowCount, features: featureCount, sources: 4, seed: 5)
    let values = rows.flatMap { table.features[$0].map { Float($0 + 3) } }
    return Dataset(
      TablePart(
        FloatTable(values, schema: TableSchema(count: featureCount, kind: .number)),
        target: labels.map { .values($0) }, division: RowDivision(weights: weights)),
      preprocessing: .none(count: featureCount), split: RowSplit(training: Array(0..<UInt32(rows.count))))
  }

  private static func solve(
    _ dataset: Dataset, _ model: Autoencoder<Float>, ridge: Double,
    _ communicator: any Communicator = LocalCommunicator()
  ) throws -> [Float] {
    let regression = try OutputLayerRegression(
      model, dataset: dataset, rows: dataset.split.training, communicator: communicator)
    regression.apply(ridge: ridge, to: model)
    return Array(model.parameters.elements)
  }

  /// The activations and the weights of the last layer [outputs][inputs], its biases, and the outputs' errors, by row.
  private static func read(
    _ dataset: Dataset, _ model: Autoencoder<Float>
  ) -> (top: [[Double]], weight: [[Double]], error: [[Double]]) {
    let rows = dataset.split.training
    let evaluator = Evaluator(model: model, maximumRows: rows.count)
    rows.withUnsafeBufferPointer { RowLoader<Float>(dataset).load($0, into: evaluator.rows.base) }
    let layer = model.layout.layers[1]
    let top = evaluator.topLayer(rowCount: rows.count)
    let activations = (0..<rows.count).map { row in (0..<layer.inputs).map { Double(top[row, $0]) } }
    let output = evaluator.decode(rowCount: rows.count)
    let values: [Float] = RowLoader<Float>(dataset).values(of: rows)
    let error = (0..<rows.count).map { row in
      (0..<layer.outputs).map { Double(output[row, $0] - values[row * featureCount + $0]) }
    }
    let weight = (0..<layer.outputs).map { output in
      (0..<layer.inputs).map {
        Double(model.parameters.base[layer.weight.offset + output * layer.inputs + $0])
      }
    }
    return (activations, weight, error)
  }

  @Test("the gradient of squared error and ridge is zero there", arguments: [1e-6, 0.1, 10])
  func optimum(ridge: Double) throws {
    let (dataset, model) = (Self.dataset(rows: Array(0..<Self.rowCount)), Self.model())
    _ = try Self.solve(dataset, model, ridge: ridge)
    let (top, weight, error) = Self.read(dataset, model)
    let n = Double(Self.rowCount)
    let means = (0..<7).map { h in top.map { $0[h] }.reduce(0, +) / n }
    let variation = (0..<7).map { h in top.map { ($0[h] - means[h]) * ($0[h] - means[h]) }.reduce(0, +) }
    let penalty = ridge * variation.reduce(0, +) / 7
    for output in 0..<Self.featureCount {
      // The bias bears no ridge. Targets are about 3, in single precision.
      #expect(abs(error.map { $0[output] }.reduce(0, +)) < 1e-5 * 3 * n)
      for h in 0..<7 {
        let gradient = zip(top, error).map { ($0[h] - means[h]) * $1[output] }.reduce(0, +)
        let scale = top.map { abs($0[h] - means[h]) }.reduce(0, +)
        #expect(abs(gradient + penalty * weight[output][h]) < 1e-5 * 3 * scale, "\(output) \(h)")
      }
    }
  }

  @Test("rows of weight w are w rows")
  func weights() throws {
    let weights = (0..<Self.rowCount).map { Float(1 + $0 % 3) }
    let repeated = (0..<Self.rowCount).flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    let (one, other) = (
      try Self.solve(
        Self.dataset(rows: Array(0..<Self.rowCount), weights: weights), Self.model(), ridge: 0.01),
      try Self.solve(Self.dataset(rows: repeated), Self.model(), ridge: 0.01)
    )
    let largest = other.map { abs($0) }.max() ?? 0
    #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-4 * largest })
  }

  @Test("ranks share the work and get the same bits", arguments: [2, 3])
  func ranks(count: Int) throws {
    let alone = try Self.solve(Self.dataset(rows: Array(0..<Self.rowCount)), Self.model(), ridge: 0.01)
    let together = try InProcessWorld.run(ranks: count) { communicator in
      try Self.solve(
        Self.dataset(rows: Array(0..<Self.rowCount)), Self.model(), ridge: 0.01, communicator)
    }
    for one in together { #expect(one == alone) }
  }

  @Test("rows without a value to predict are left out")
  func values() throws {
    let labels = (0..<Self.rowCount).map { $0 % 5 == 0 ? Float.nan : Float($0 % 11) }
    let known = (0..<Self.rowCount).filter { $0 % 5 != 0 }
    let one = try Self.solve(
      Self.dataset(rows: Array(0..<Self.rowCount), labels: labels), Self.model(task: .regress), ridge: 0.01)
    let other = try Self.solve(
      Self.dataset(rows: known, labels: known.map { labels[$0] }), Self.model(task: .regress), ridge: 0.01)
    #expect(one == other)
    #expect(one.allSatisfy { $0.isFinite })
  }
}
