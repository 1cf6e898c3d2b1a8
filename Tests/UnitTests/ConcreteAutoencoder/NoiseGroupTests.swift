import ConcreteAutoencoder
import CounterRandom
import LinearAlgebra
import Testing

/// Noise for groups of rows, against passes that have one noise matrix.
@Suite struct NoiseGroupTests {
  static let cases = [
    GradientCase("2 groups") { $0.noiseGroups = 2 },
    GradientCase("8 groups, of one row and of two") { $0.noiseGroups = 8 },
    GradientCase("a group a row, dropout and layer norm") {
      ($0.hidden, $0.layerNorm, $0.dropout, $0.noiseGroups) = ([5, 7], true, 0.25, 0)
    },
    GradientCase("4 groups, logits dropout") { ($0.logitsDropout, $0.noiseGroups) = (0.3, 4) },
    GradientCase("a group a row, logits dropout") { ($0.logitsDropout, $0.noiseGroups) = (0.3, 0) },
    GradientCase("4 groups, classification") { ($0.task, $0.noiseGroups) = (.classify, 4) },
    GradientCase("hard, 3 groups") { ($0.hard, $0.noiseGroups) = (true, 3) },
    GradientCase("hard, a group a row, logits dropout") {
      ($0.hard, $0.logitsDropout, $0.noiseGroups) = (true, 0.3, 0)
    },
    GradientCase("more selectors than a block holds, 3 groups") {
      ($0.selectors, $0.noiseGroups) = (130, 3)
    },
  ]

  static let temperature = 0.6
  static let (seed, step): (UInt64, Int) = (33, 6)

  /// Row b of B is in group floor(b G / B).
  private static func group(of row: Int, _ problem: GradientCase) -> Int {
    let rows = GradientCase.rows
    return row * (problem.noiseGroups == 0 ? rows : problem.noiseGroups) / rows
  }

  /// Straight-through samples, whose logits have no finite differences, are checked here too: a pass with one
  /// matrix is.
  @Test("groups add up to passes over their rows that have the group's noise", arguments: cases)
  func addUp(_ problem: GradientCase) {
    let (model, pass) = problem.makeProblem()
    let rows = GradientCase.rows
    let grouped = AlignedBuffer<Double>(count: model.layout.count)
    let selection = pass.draw(
      temperature: Self.temperature, randomness: .keyed(seed: Self.seed, step: Self.step)
    ).complete()
    let sums = pass.gradient(selection, rowCount: rows, firstRow: 0, globalRows: rows, into: grouped.base)
    pass.completeGradient(of: selection, grouped.base, synchronize: {})

    var plain = problem
    plain.noiseGroups = 1
    var total = [Double](repeating: 0, count: model.layout.count)
    var loss = 0.0
    for group in Set((0..<rows).map { Self.group(of: $0, problem) }).sorted() {
      let members = (0..<rows).filter { Self.group(of: $0, problem) == group }
      let part = gradient(plain, rows: members[0]..<members[0] + members.count, group: group)
      loss += part.loss
      for index in total.indices { total[index] += part.gradient[index] }
    }
    expectClose(sums.loss, loss, tolerance: 1e-12, "loss")
    withExtendedLifetime(grouped) {
      for slot in model.layout.tensors {
        expectClose(
          grouped.base + slot.offset, Array(total[slot.offset..<slot.offset + slot.count]),
          tolerance: 1e-12, "gradient of \(slot.name)")
      }
    }
  }

  /// Part of the batch's gradient from some rows, with one matrix of a group's noise and the batch's masks.
  private func gradient(
    _ problem: GradientCase, rows: Range<Int>, group: Int
  ) -> (loss: Double, gradient: [Double]) {
    let (model, pass) = problem.makeProblem()
    problem.fill(pass, rows, of: model.shape)
    let (k, d) = (model.shape.selectorCount, model.shape.featureCount)
    let noise = AlignedBuffer<Double>(count: k * d)
    let mask = AlignedBuffer<Double>(count: k * d)
    for row in 0..<k {
      Double.gumbel(
        out: noise.base + row * d, count: d,
        stream: RandomStream(
          seed: Self.seed, purpose: .selectorNoise, group: group, step: Self.step, row: row))
      Double.dropoutMask(
        out: mask.base + row * d, count: d, probability: problem.logitsDropout,
        stream: RandomStream(seed: Self.seed, purpose: .logitsDropout, step: Self.step, row: row))
    }
    let masks = model.shape.hidden.enumerated().map { layer, units in
      let mask = AlignedBuffer<Double>(count: GradientCase.rows * units)
      for row in 0..<GradientCase.rows {
        Double.dropoutMask(
          out: mask.base + row * units, count: units, probability: problem.dropout,
          stream: RandomStream(
            seed: Self.seed, purpose: .decoderDropout, layer: layer, step: Self.step, row: row))
      }
      return mask
    }
    let result = AlignedBuffer<Double>(count: model.layout.count)
    let sums = withExtendedLifetime((noise, mask, masks)) {
      let selection = pass.draw(
        temperature: Self.temperature,
        randomness: .given(
          noise: noise.base, logitsMask: problem.logitsDropout > 0 ? UnsafePointer(mask.base) : nil,
          dropoutMasks: problem.dropout > 0 ? masks.map { UnsafePointer($0.base) } : [])
      ).complete()
      let sums = pass.gradient(
        selection, rowCount: rows.count, firstRow: rows.lowerBound, globalRows: GradientCase.rows,
        into: result.base)
      pass.completeGradient(of: selection, result.base, synchronize: {})
      return sums
    }
    return (sums.loss, Array(result.elements))
  }

  @Test("a batch of one row has group 0's noise, whatever the number of groups", arguments: [0, 2, 11])
  func shortBatch(groups: Int) {
    let gradients = [1, groups].map { groups in
      let problem = GradientCase("") { $0.noiseGroups = groups }
      let (model, pass) = problem.makeProblem()
      let gradient = AlignedBuffer<Double>(count: model.layout.count)
      let selection = pass.draw(temperature: 0.6, randomness: .keyed(seed: 1, step: 2)).complete()
      _ = pass.gradient(selection, rowCount: 1, firstRow: 0, globalRows: 1, into: gradient.base)
      pass.completeGradient(of: selection, gradient.base, synchronize: {})
      // The lines' padding holds nothing.
      return model.layout.tensors.flatMap { slot in
        (slot.offset..<slot.offset + slot.count).map { gradient.base[$0] }
      }
    }
    expectClose(gradients[1], gradients[0], tolerance: 1e-12, "gradient")
  }

  @Test("G = B is 0, and other numbers of groups are other noise")
  func numbers() {
    let losses = [0, GradientCase.rows, 1, 2, 3, 10].map { groups in
      let problem = GradientCase("") { $0.noiseGroups = groups }
      let (model, pass) = problem.makeProblem()
      let gradient = AlignedBuffer<Double>(count: model.layout.count)
      let selection = pass.draw(temperature: 0.6, randomness: .keyed(seed: 1, step: 2)).complete()
      return withExtendedLifetime(gradient) {
        pass.gradient(selection, rowCount: 11, firstRow: 0, globalRows: 11, into: gradient.base).loss
      }
    }
    #expect(losses[0] == losses[1])
    #expect(Set(losses).count == losses.count - 1)
  }

  @Test("one matrix can be looked at, several cannot")
  func selectionMatrix() {
    #expect(GradientCase("") { _ in }.makeProblem().pass.selectionMatrix?[0].count == 4 * 13)
    #expect(GradientCase("") { $0.noiseGroups = 2 }.makeProblem().pass.selectionMatrix == nil)
  }
}
