import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// What ranks rely on: the gradients and sums of slices add up to those of the whole batch.
@Suite struct SliceGradientTests {
  /// Uneven, with an empty slice in the middle and one at the end.
  static let slices = [0..<3, 3..<3, 3..<4, 4..<11, 11..<11]

  @Test("slices add up to the batch", arguments: GradientCase.soft + GradientCase.hard)
  func addUp(_ problem: GradientCase) {
    let (model, pass) = problem.makeProblem()
    let count = model.layout.count
    let rows = GradientCase.rows
    let whole = AlignedBuffer<Double>(count: count)
    let part = AlignedBuffer<Double>(count: count)
    var sum = [Double](repeating: 0, count: count)
    let selection = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 9, step: 4))
      .complete()
    let expected = pass.gradient(selection, rowCount: rows, firstRow: 0, globalRows: rows, into: whole.base)

    var total = LossSums()
    for slice in Self.slices {
      // What an earlier step left in the buffer must not come through.
      part.elements.update(repeating: .nan)
      problem.fill(pass, slice, of: model.shape)
      let sums = pass.gradient(
        selection, rowCount: slice.count, firstRow: slice.lowerBound, globalRows: rows, into: part.base)
      total += sums
      for slot in model.layout.tensors {
        for index in slot.offset..<slot.offset + slot.count { sum[index] += part.base[index] }
      }
      if slice.isEmpty { #expect(sums == LossSums()) }
    }
    expectClose(total.loss, expected.loss, tolerance: 1e-12, "loss")
    #expect(total.correct == expected.correct)
    expectClose(total.weight, expected.weight, tolerance: 1e-12, "weight")
    if !problem.hasGaps, !problem.isWeighted {
      #expect(
        total.weight == Double(problem.task.objective.weight(rows: rows, outputs: model.shape.outputCount)))
    }
    for slot in model.layout.tensors {
      expectClose(
        whole.base + slot.offset, Array(sum[slot.offset..<slot.offset + slot.count]), tolerance: 1e-12,
        "gradient of \(slot.name)")
    }
  }

  @Test("an empty slice has a zero gradient", arguments: GradientCase.soft + GradientCase.hard)
  func emptySlice(_ problem: GradientCase) {
    let (model, pass) = problem.makeProblem()
    let gradient = AlignedBuffer<Double>(count: model.layout.count)
    gradient.elements.update(repeating: .nan)
    let selection = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 9, step: 4))
      .complete()
    _ = pass.gradient(selection, rowCount: 0, firstRow: 5, globalRows: 11, into: gradient.base)
    for slot in model.layout.tensors {
      for index in slot.offset..<slot.offset + slot.count {
        #expect(gradient.base[index] == 0, "\(slot.name)[\(index - slot.offset)]")
      }
    }
  }

  @Test(
    "what is added to a gradient is to the last bit what is written by itself",
    arguments: GradientCase.soft + GradientCase.hard + GradientCase.sparse)
  func accumulation(_ problem: GradientCase) {
    let (model, pass) = problem.makeProblem()
    let count = model.layout.count
    let (together, part) = (AlignedBuffer<Double>(count: count), AlignedBuffer<Double>(count: count))
    let selection = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 9, step: 4))
      .complete()
    var sum = [Double](repeating: 0, count: count)
    for (place, slice) in Self.slices.enumerated() {
      problem.fill(pass, slice, of: model.shape)
      for (gradient, accumulate) in [(together, place > 0), (part, false)] {
        _ = pass.gradient(
          selection, rowCount: slice.count, firstRow: slice.lowerBound, globalRows: GradientCase.rows,
          into: gradient.base, accumulate: accumulate)
      }
      for index in 0..<count { sum[index] = place == 0 ? part.base[index] : sum[index] + part.base[index] }
    }
    for slot in model.layout.tensors {
      let places = slot.offset..<slot.offset + slot.count
      #expect(
        places.allSatisfy { together.base[$0].bitPattern == sum[$0].bitPattern }, "gradient of \(slot.name)")
    }
  }

  @Test("dropout of a row depends on its place in the global batch, not in the slice")
  func dropoutByGlobalRow() throws {
    let problem = try #require(GradientCase.soft.first { $0.dropout > 0 })
    let (model, pass) = problem.makeProblem()
    let gradients = [0, 0, 1].map { firstRow in
      let gradient = AlignedBuffer<Double>(count: model.layout.count)
      let selection = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 9, step: 4))
        .complete()
      _ = pass.gradient(selection, rowCount: 4, firstRow: firstRow, globalRows: 11, into: gradient.base)
      return Array(gradient.elements)
    }
    #expect(gradients[0] == gradients[1])
    #expect(gradients[0] != gradients[2])
  }
}
