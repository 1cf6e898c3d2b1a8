import ConcreteAutoencoder
import Testing

/// Members of a tensor-parallel group, each with its features, against one worker that has them all, in double
/// precision.
@Suite struct TensorParallelGradientTests {
  static let tolerance = 1e-12

  /// Every part of the method with every other.
  static let problems = product(
    LearningTask.allCases, [false, true], [0, 0.3], [0, 0.4],
    [
      ("linear", { $0.hidden = [] }), ("hidden 7", { $0.hidden = [7] }),
      ("hidden 7, dropout", { ($0.hidden, $0.dropout) = ([7], 0.25) }),
      (
        "hidden 9 and 6, layer norm, dropout",
        {
          ($0.hidden, $0.layerNorm, $0.dropout) = ([9, 6], true, 0.25)
        }
      ),
    ])

  private static func product(
    _ tasks: [LearningTask], _ hard: [Bool], _ logitsDropout: [Double],
    _ gjsWeights: [Double], _ decoders: [(name: String, change: (inout GradientCase) -> Void)]
  ) -> [GradientCase] {
    tasks.flatMap { task in
      hard.flatMap { hard in
        logitsDropout.flatMap { logitsDropout in
          gjsWeights.flatMap { gjsWeight in
            decoders.map { decoder in
              let parts = [
                task.rawValue, hard ? "hard" : "soft", logitsDropout > 0 ? "logits dropout" : nil,
                gjsWeight > 0 ? "diversity" : nil, decoder.name,
              ]
              return GradientCase(parts.compactMap { $0 }.joined(separator: ", ")) {
                ($0.task, $0.hard) = (task, hard)
                ($0.logitsDropout, $0.gjsWeight) = (logitsDropout, gjsWeight)
                decoder.change(&$0)
              }
            }
          }
        }
      }
    }
  }

  @Test("every member's gradient and sums are one worker's", arguments: problems, TensorParallelCase.all)
  func members(_ problem: GradientCase, tensorGroup: TensorParallelCase) throws {
    try check(problem, tensorGroup, tolerance: Self.tolerance)
  }

  private func check(_ problem: GradientCase, _ tensorGroup: TensorParallelCase, tolerance: Double) throws {
    let members = try tensorGroup.run(problem)
    for (place, whole) in TensorParallelCase.runAlone(problem).enumerated() {
      let parts = members.map { $0[place] }
      let step =
        "\(problem.testDescription); \(tensorGroup.testDescription), step \(TensorParallelCase.steps[place])"
      UnitTests.expectClose(
        parts.reduce(0) { $0 + $1.sums.loss }, whole.sums.loss, tolerance: tolerance, "\(step): loss")
      #expect(parts.reduce(0) { $0 + $1.sums.weight } == whole.sums.weight, "\(step): weight")
      #expect(parts.reduce(0) { $0 + $1.sums.correct } == whole.sums.correct, "\(step): correct rows")
      for (member, part) in parts.enumerated() {
        if let diversity = whole.diversity {
          UnitTests.expectClose(
            part.diversity ?? .nan, diversity, tolerance: tolerance, "\(step): member \(member)'s GJSD")
        } else {
          #expect(part.diversity == nil, "\(step): member \(member) has a divergence")
        }
        let columns = columns(of: part.features, in: whole.selection, width: problem.shape.featureCount)
        expectClose(
          part.selection, columns, scale: 1, tolerance: tolerance, "\(step): member \(member)'s selection")
      }
      for slot in whole.layout.tensors {
        compare(slot, parts, with: whole, problem.shape, step, tolerance: tolerance)
      }
    }
  }

  @Test("the same where members' rows of M are sparse, or some of them", arguments: TensorParallelCase.wide)
  func sparse(tensorGroup: TensorParallelCase) throws {
    for var problem in GradientCase.sparse where problem.noiseGroups == 1 && !problem.hasGaps {
      problem.features = 400
      for temperature in [0.1, 0.15, 0.2, 0.25, 0.3] {
        problem.temperature = temperature
        for hard in [false, true] {
          problem.hard = hard
          // A row that is nearly one-hot leaves a gradient of differences.
          try check(problem, tensorGroup, tolerance: 1e-11)
        }
      }
    }
  }

  @Test(
    "a selection that stands: the decoder's gradient is that of one-hot samples, alone and in tensor-parallel groups"
  )
  func fixedSelection() throws {
    for task in LearningTask.allCases {
      for hidden in [[], [7]] {
        var problem = GradientCase("\(task.rawValue), hidden \(hidden)") {
          ($0.task, $0.hidden, $0.dropout) = (task, hidden, hidden.isEmpty ? 0 : 0.25)
          ($0.temperature, $0.sharpness) = (1e-3, 50)
        }
        let sampled = TensorParallelCase.runAlone(problem)
        problem.trainsSelectors = false
        for tensorGroup in [nil] + TensorParallelCase.all.map(Optional.some) {
          let members = try tensorGroup?.run(problem) ?? [TensorParallelCase.runAlone(problem)]
          for (place, whole) in sampled.enumerated() {
            let parts = members.map { $0[place] }
            let step = "\(problem.testDescription); \(tensorGroup?.testDescription ?? "alone"), step \(place)"
            UnitTests.expectClose(
              parts.reduce(0) { $0 + $1.sums.loss }, whole.sums.loss, tolerance: Self.tolerance, step)
            for slot in whole.layout.tensors where slot != whole.layout.logits {
              compare(slot, parts, with: whole, problem.shape, step)
            }
            // Nothing is written where nothing is trained.
            #expect(
              parts.allSatisfy { part in
                part.gradient[..<part.layout.logits.count].allSatisfy(\.isNaN)
              }, "\(step)")
          }
        }
      }
    }
  }

  /// Compares each member's part of a tensor that belongs to features, or the members' sum of one that does not.
  private func compare(
    _ slot: TensorSlot, _ parts: [TensorParallelCase.Outcome], with whole: TensorParallelCase.Outcome,
    _ shape: ModelShape, _ step: String, tolerance: Double = Self.tolerance
  ) {
    let expected = whole.gradient[slot.offset..<slot.offset + slot.count]
    let scale = expected.map(abs).max() ?? 0
    #expect(scale > 0, "\(step): nothing is checked of \(slot.name)")
    let values = parts.map { part in
      part.layout.tensors.first { $0.name == slot.name }.map {
        Array(part.gradient[$0.offset..<$0.offset + $0.count])
      } ?? []
    }
    let last = whole.layout.layers[whole.layout.layers.count - 1]
    if slot == whole.layout.logits {
      for (member, part) in parts.enumerated() {
        let columns = columns(of: part.features, in: Array(expected), width: shape.featureCount)
        expectClose(
          values[member], columns, scale: scale, tolerance: tolerance,
          "\(step): member \(member)'s \(slot.name)")
      }
    } else if shape.outputsAreFeatures && (slot == last.weight || slot == last.bias) {
      let width = slot.count / shape.featureCount
      for (member, part) in parts.enumerated() {
        let start = slot.offset + part.features.lowerBound * width
        let rows = Array(whole.gradient[start..<start + part.features.count * width])
        expectClose(
          values[member], rows, scale: scale, tolerance: tolerance, "\(step): member \(member)'s \(slot.name)"
        )
      }
    } else {
      let sum = expected.indices.map { index in
        values.reduce(0) { $0 + ($1.count == slot.count ? $1[index - slot.offset] : .nan) }
      }
      expectClose(
        sum, Array(expected), scale: scale, tolerance: tolerance, "\(step): the members' sum of \(slot.name)")
    }
  }

  private func columns(of features: Range<Int>, in matrix: [Double], width: Int) -> [Double] {
    stride(from: 0, to: matrix.count, by: width).flatMap { row in features.map { matrix[row + $0] } }
  }

  private func expectClose(
    _ actual: [Double], _ expected: [Double], scale: Double, tolerance: Double, _ what: String
  ) {
    guard actual.count == expected.count else {
      Issue.record("\(what) has \(actual.count) elements, not \(expected.count)")
      return
    }
    UnitTests.expectClose(actual, expected, tolerance: tolerance, scale: scale, what)
  }
}
