import Communication
import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import Testing

/// A decoder carried over to other features.
@Suite struct DecoderTransferTests {
  private let table = RandomTable.mixtures(rows: 200, features: 12, sources: 4, seed: 5)

  private func model(hidden: [Int]) -> Autoencoder<Float> {
    let model = Autoencoder<Float>(
      shape: ModelShape(featureCount: 12, selectorCount: 3, hidden: hidden, layerNorm: false))
    model.initialize(seed: 3, logits: .uniform)
    return model
  }

  private func select(_ features: [Int], _ model: Autoencoder<Float>) {
    model.logits.clear()
    for (k, feature) in features.enumerated() { model.logits[k, feature] = 1 }
  }

  /// The decoder's outputs for the table's rows.
  private func outputs(_ model: Autoencoder<Float>) throws -> [Float] {
    let evaluator = Evaluator(model: model, maximumRows: 200)
    let rows = AlignedBuffer<Double>(count: 200 * 12)
    try table.rows.read(0..<200, rows.base, nil, nil)
    for i in 0..<rows.count { evaluator.rows.base[i] = Float(rows.base[i]) }
    let output = evaluator.decode(rowCount: 200)
    return Array(UnsafeBufferPointer(start: output.base, count: output.count))
  }

  @Test("the same features in another order give the same outputs")
  func order() throws {
    let model = model(hidden: [7])
    select([2, 9, 4], model)
    let before = try outputs(model)
    try DecoderTransfer.carry(model, from: [2, 9, 4], to: [9, 4, 2], rows: table.rows)
    select([9, 4, 2], model)
    let after = try outputs(model)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("a feature twice, then once beside another: nothing is lost")
  func repetition() throws {
    let model = model(hidden: [7])
    select([2, 2, 4], model)
    let before = try outputs(model)
    try DecoderTransfer.carry(model, from: [2, 2, 4], to: [2, 11, 4], rows: table.rows)
    select([2, 11, 4], model)
    let after = try outputs(model)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("a linear decoder becomes the regression, which no step can better")
  func linear() throws {
    let model = model(hidden: [])
    #expect(DecoderTransfer.isClosedForm(model.shape, hasGaps: false))
    #expect(!DecoderTransfer.isClosedForm(model.shape, hasGaps: true))
    let features = [1, 6, 10]
    try DecoderTransfer.carry(model, from: [0, 2, 3], to: features, rows: table.rows)
    select(features, model)
    let output = try outputs(model)
    let rows = AlignedBuffer<Double>(count: 200 * 12)
    try table.rows.read(0..<200, rows.base, nil, nil)
    let error =
      zip(output, rows.elements).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) } / 2400
    let expected = try LinearRegression(features: features, rows: table.rows).error(on: table.rows).mean
    #expect(abs(error - expected) < 1e-5 * expected)
    let moments = try RegressionMoments(table.rows, communicator: LocalCommunicator())
    let same = try LinearRegression(features: features, moments: moments).error(on: table.rows).mean
    #expect(abs(same - expected) < 1e-9 * expected)
  }
}
