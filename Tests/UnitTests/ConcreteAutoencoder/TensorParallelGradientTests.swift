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
  func members(_ problem: GradientCase, division: TensorParallelCase) throws {
    try check(problem, division, tolerance: Self.tolerance)
  }

  private func check(_ problem: GradientCase, _ division: TensorParallelCase, tolerance: Double) throws {
    let (members, blocks) = (try division.run(problem), division.blocks(problem.shape))
    for (place, whole) in TensorParallelCase.runAlone(problem).enumerated() {
      let parts = members.map { $0[place] }
      let step =
        "\(problem.testDescription); \(division.testDescription), step \(TensorParallelCase.steps[place])"
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
        for (own, block) in part.blocks.enumerated() {
          expectClose(
            part.selection[own],
            columns(of: blocks[block], in: whole.selection[0], width: problem.shape.featureCount), scale: 1,
            tolerance: tolerance, "\(step): block \(block) of the selection")
        }
      }
      for slot in whole.layout.tensors {
        compare(slot, parts, blocks, with: whole, problem.shape, step, tolerance: tolerance)
      }
    }
  }

  @Test(
    "the same where rows of blocks of M are sparse, or some of them",
    arguments: [(2, 2), (3, 3), (2, 5), (1, 3)])
  func sparse(members: Int, blockCount: Int) throws {
    let division = TensorParallelCase(members: members, blockCount: blockCount, microBatches: [4, 5])
    for var problem in GradientCase.sparse where problem.noiseGroups == 1 && !problem.hasGaps {
      problem.features = 400
      for temperature in [0.1, 0.15, 0.2, 0.25, 0.3] {
        problem.temperature = temperature
        for hard in [false, true] {
          problem.hard = hard
          // A row that is nearly one-hot leaves a gradient of differences.
          try check(problem, division, tolerance: 1e-11)
        }
      }
    }
  }

  @Test("members come to the same bits, however many there are", arguments: problems)
  func bits(_ problem: GradientCase) throws {
    let layouts = [1, 2, 3, 5].map {
      TensorParallelCase(members: $0, blockCount: 5, microBatches: [4, 0, 5])
    }
    // Of micro-batches that several members take through the hidden layers the sums are the ranks'.
    let alone = try layouts[0].run(problem)[0]
    for division in layouts.dropFirst() {
      let (members, blocks) = (try division.run(problem), division.blocks(problem.shape))
      for (place, whole) in alone.enumerated() {
        let layout = whole.layout
        let last = layout.layers[layout.layers.count - 1]
        for member in members {
          let part = member[place]
          let features = blocks.features(of: part.blocks)
          var places = [problem.selectors * features.lowerBound..<problem.selectors * features.upperBound]
          if problem.shape.outputsAreFeatures {
            for (tensor, width) in [(last.weight, last.inputs), (last.bias, 1)] {
              places.append(
                tensor.offset + features.lowerBound * width..<tensor.offset + features.upperBound * width)
            }
          }
          #expect(
            places.joined().allSatisfy { part.gradient[$0].bitPattern == whole.gradient[$0].bitPattern },
            "\(division.testDescription), step \(place)")
          for (own, block) in part.blocks.enumerated() {
            #expect(part.selection[own] == whole.selection[block])
          }
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
        for division in [nil] + TensorParallelCase.all.map(Optional.some) {
          let members = try division?.run(problem) ?? [TensorParallelCase.runAlone(problem)]
          let blocks =
            division?.blocks(problem.shape) ?? FeatureBlocks(featureCount: problem.features, count: 1)
          for (place, whole) in sampled.enumerated() {
            let parts = members.map { $0[place] }
            let step = "\(problem.testDescription); \(division?.testDescription ?? "alone"), step \(place)"
            UnitTests.expectClose(
              parts.reduce(0) { $0 + $1.sums.loss }, whole.sums.loss, tolerance: Self.tolerance, step)
            for slot in whole.layout.tensors where slot != whole.layout.logits {
              compare(slot, parts, blocks, with: whole, problem.shape, step)
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
    _ slot: TensorSlot, _ parts: [TensorParallelCase.Outcome], _ blocks: FeatureBlocks,
    with whole: TensorParallelCase.Outcome, _ shape: ModelShape, _ step: String,
    tolerance: Double = Self.tolerance
  ) {
    let expected = Array(whole.gradient[slot.offset..<slot.offset + slot.count])
    let scale = expected.map(abs).max() ?? 0
    #expect(scale > 0, "\(step): nothing is checked of \(slot.name)")
    let last = whole.layout.layers[whole.layout.layers.count - 1]
    let isLast = shape.outputsAreFeatures && (slot == last.weight || slot == last.bias)
    guard slot == whole.layout.logits || isLast else {
      // What a member has no micro-batch for it does not write.
      let sum = (0..<slot.count).map { index in
        parts.reduce(0) {
          $0 + ($1.gradient[slot.offset + index].isNaN ? 0 : $1.gradient[slot.offset + index])
        }
      }
      return expectClose(
        sum, expected, scale: scale, tolerance: tolerance, "\(step): the members' sum of \(slot.name)")
    }
    let width = slot.count / shape.featureCount
    for part in parts {
      for block in part.blocks {
        let features = blocks[block]
        let start = slot.offset + features.lowerBound * width
        let own = Array(part.gradient[start..<start + features.count * width])
        let theirs =
          isLast
          ? Array(whole.gradient[start..<start + features.count * width])
          : columns(of: features, in: expected, width: shape.featureCount)
        expectClose(
          own, theirs, scale: scale, tolerance: tolerance, "\(step): block \(block) of \(slot.name)")
      }
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
