import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// The analytic gradient against central differences of the loss, in double precision.
@Suite struct GradientCheckTests {
  static let tolerance = 1e-6
  static let difference = 1e-5

  @Test("every parameter of a soft selection", arguments: GradientCase.soft + GradientCase.sparse)
  func soft(_ problem: GradientCase) { check(problem, skipping: []) }

  @Test("every parameter where logits follow from others", arguments: GradientCase.indirect)
  func indirect(_ problem: GradientCase) { check(problem, skipping: ["encoder.logits"]) }

  @Test(
    "the decoder under a hard selection, whose loss is a step function of the logits",
    arguments: GradientCase.hard)
  func hardDecoder(_ problem: GradientCase) { check(problem, skipping: ["encoder.logits"]) }

  private func check(_ problem: GradientCase, skipping skipped: Set<String>) {
    let (model, pass) = problem.makeProblem()
    let analytic = AlignedBuffer<Double>(count: model.layout.count)
    let scratch = AlignedBuffer<Double>(count: model.layout.count)
    _ = problem.evaluate(model, pass, into: analytic)
    for slot in model.layout.tensors where !skipped.contains(slot.name) {
      var squaredError = 0.0
      var squaredNorm = 0.0
      var worst = (error: 0.0, index: 0)
      for index in 0..<slot.count {
        let parameter = model.parameters.base + slot.offset + index
        let value = parameter.pointee
        parameter.pointee = value + Self.difference
        let above = problem.evaluate(model, pass, into: scratch)
        parameter.pointee = value - Self.difference
        let below = problem.evaluate(model, pass, into: scratch)
        parameter.pointee = value
        let numeric = (above - below) / (2 * Self.difference)
        let error = abs(numeric - analytic.base[slot.offset + index])
        squaredError += error * error
        squaredNorm += numeric * numeric
        if error > worst.error { worst = (error, index) }
      }
      #expect(squaredNorm > 0, "\(slot.name) does not reach the loss: nothing is checked")
      let relative = (squaredError / squaredNorm).squareRoot()
      #expect(
        relative <= Self.tolerance,
        "\(slot.name) is off by \(relative) of its norm, most at [\(worst.index)] by \(worst.error)")
    }
  }

  /// dL = (1/T) M * (dM - s), dM = dU^T X, s_k = sum_j dM_kj M_kj, with dU taken at the one-hot sample.
  @Test("the straight-through gradient of the logits, written out for a linear decoder")
  func straightThrough() throws {
    let problem = GradientCase.hard[0]
    let (model, pass) = problem.makeProblem()
    let gradient = AlignedBuffer<Double>(count: model.layout.count)
    _ = problem.evaluate(model, pass, into: gradient)
    let (rows, features) = (GradientCase.rows, model.shape.featureCount)
    let selectors = model.shape.selectorCount
    let x = MatrixView(pass.blocks[0].rows.base, rows: rows, columns: features)
    let soft = try #require(pass.selectionMatrix)[0]
    let layer = model.layout.layers[0]
    let weight = MatrixView(
      model.parameters.base + layer.weight.offset, rows: features, columns: selectors)
    let bias = model.parameters.base + layer.bias.offset
    let chosen = (0..<selectors).map { k in
      (0..<features).max { soft[k * features + $0] < soft[k * features + $1] } ?? 0
    }
    #expect(chosen.map(UInt32.init) != model.selectedFeatures(), "the noise should matter")

    var latentGradient = [[Double]](repeating: .init(repeating: 0, count: selectors), count: rows)
    for b in 0..<rows {
      for j in 0..<features {
        let output = (0..<selectors).reduce(bias[j]) { $0 + weight[j, $1] * x[b, chosen[$1]] }
        let slope = 2 * (output - x[b, j]) / Double(rows * features)
        for k in 0..<selectors { latentGradient[b][k] += slope * weight[j, k] }
      }
    }
    var expected: [Double] = []
    for k in 0..<selectors {
      let slopes = (0..<features).map { j in (0..<rows).reduce(0) { $0 + latentGradient[$1][k] * x[$1, j] } }
      let mean = (0..<features).reduce(0) { $0 + slopes[$1] * soft[k * features + $1] }
      expected += (0..<features).map { soft[k * features + $0] * (slopes[$0] - mean) / problem.temperature }
    }
    expectClose(gradient.base, expected, tolerance: 1e-12, "straight-through gradient")
  }
}
