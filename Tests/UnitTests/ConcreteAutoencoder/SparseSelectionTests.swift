import ConcreteAutoencoder
import CounterRandom
import LinearAlgebra
import Testing

/// Steps whose selection keeps the entries that count alone, against the same steps with dense rows, in double precision.
@Suite struct SparseSelectionTests {
  static let problems =
    GradientCase.sparse.filter { $0.dropout == 0 }
    + GradientCase.sparse.filter { $0.dropout == 0 }.map { problem in
      var problem = problem
      problem.hard = true
      return problem
    }

  private let keyed = Randomness<Double>.keyed(seed: 25, step: 3)

  @Test("gradient and sums are those of dense rows where some rows are sparse", arguments: [false, true])
  func matchesDenseWhereMixed(hard: Bool) throws {
    // At some temperature on the way from all to none some are.
    var problem = Self.problems[0]
    problem.hard = hard
    let temperatures = stride(from: 0.1, to: 1, by: 0.01).filter {
      problem.temperature = $0
      return (1...3).contains(evaluate(problem, keyed).sparseRowCount ?? 0)
    }
    #expect(!temperatures.isEmpty)
    for temperature in temperatures {
      problem.temperature = temperature
      try compareWithDense(problem)
    }
  }

  @Test("gradient and sums are those of dense rows", arguments: problems)
  func matchesDense(_ problem: GradientCase) throws {
    let count = evaluate(problem, keyed).sparseRowCount
    #expect(count == (problem.noiseGroups == 1 ? problem.selectors : nil))
    try compareWithDense(problem)
  }

  private func compareWithDense(_ problem: GradientCase) throws {
    let sparse = evaluate(problem, keyed)
    // Noise that is given makes dense rows.
    let shape = problem.shape
    let groups = problem.noiseGroups == 0 ? GradientCase.rows : problem.noiseGroups
    let (k, d) = (shape.selectorCount, shape.featureCount)
    let noise = AlignedBuffer<Double>(count: groups * k * d)
    for group in 0..<groups {
      for row in 0..<k {
        Double.gumbel(
          out: noise.base + (group * k + row) * d, count: d,
          stream: RandomStream(seed: 25, purpose: .selectorNoise, group: group, step: 3, row: row))
      }
    }
    let mask = AlignedBuffer<Double>(count: k * d)
    for row in 0..<k {
      Double.dropoutMask(
        out: mask.base + row * d, count: d, probability: problem.logitsDropout,
        stream: RandomStream(seed: 25, purpose: .logitsDropout, step: 3, row: row))
    }
    let dense = evaluate(
      problem,
      .given(
        noise: noise.base, logitsMask: problem.logitsDropout > 0 ? UnsafePointer(mask.base) : nil,
        dropoutMasks: []))
    #expect(dense.sparseRowCount ?? 0 == 0)
    expectClose(sparse.loss, dense.loss, tolerance: 1e-13, "loss")
    for slot in dense.tensors {
      let part = dense.gradient[slot.offset..<slot.offset + slot.count]
      expectClose(
        Array(sparse.gradient[slot.offset..<slot.offset + slot.count]), Array(part), tolerance: 1e-12,
        scale: part.map(abs).max() ?? 0, slot.name)
    }
  }

  private func evaluate(
    _ problem: GradientCase, _ randomness: Randomness<Double>
  ) -> (loss: Double, gradient: [Double], tensors: [TensorSlot], sparseRowCount: Int?) {
    let (model, pass) = problem.makeProblem(maskGiven: problem.logitsDropout > 0)
    let gradient = AlignedBuffer<Double>(count: pass.gradientLayout.count)
    gradient.elements.update(repeating: .nan)
    let selection = pass.draw(temperature: problem.temperature, randomness: randomness).complete()
    let sums = pass.gradient(
      selection, rowCount: GradientCase.rows, firstRow: 0, globalRows: GradientCase.rows, into: gradient.base)
    pass.completeGradient(of: selection, gradient.base, synchronize: {})
    return (sums.loss, Array(gradient.elements), model.layout.tensors, pass.sparseRowCount)
  }

  @Test("what a selection leaves out is below a 2^24th of float's rounding")
  func bound() throws {
    for problem in GradientCase.sparse where problem.noiseGroups == 1 && problem.logitsDropout == 0 {
      let (_, pass) = problem.makeProblem()
      _ = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 25, step: 3)).complete()
      let matrix = try #require(pass.selectionMatrix)[0]
      let (model, d) = (problem.makeModel(), problem.features)
      for k in 0..<problem.selectors {
        let dense = AlignedBuffer<Double>(count: d)
        Double.gumbel(
          out: dense.base, count: d, stream: RandomStream(seed: 25, purpose: .selectorNoise, step: 3, row: k))
        Double.perturbedSoftmax(
          noise: dense.base, logits: model.logits.row(k), count: d,
          inverseTemperature: 1 / problem.temperature)
        let left = (0..<d).filter { matrix[k * d + $0] == 0 }.reduce(0) { $0 + dense.base[$1] }
        #expect(left <= 0x1p-48)
      }
    }
  }
}
