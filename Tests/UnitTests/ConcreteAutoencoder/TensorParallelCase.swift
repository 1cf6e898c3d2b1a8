import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// How members of a tensor-parallel group divide features and rows.
struct TensorParallelCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Each member's features.
  let features: [Range<Int>]
  /// The rows that each member takes through the hidden layers, counted from the group's first.
  let own: [Range<Int>]

  /// The tensor-parallel group's rows of the global batch, of which other nodes have the rest.
  static let rows = 2..<GradientCase.rows

  private init(_ description: String, features: [Int], rows: [Int]) {
    testDescription = description
    self.features = Self.ranges(features)
    own = Self.ranges(rows)
  }

  private static func ranges(_ counts: [Int]) -> [Range<Int>] {
    counts.indices.map { index in
      let start = counts.prefix(index).reduce(0, +)
      return start..<start + counts[index]
    }
  }

  /// 13 features and 9 rows: as ranks divide them, and unevenly, with members that have one, or none.
  static let all =
    [2, 3, 5].map { count in
      TensorParallelCase(
        "\(count) members",
        features: TensorParallelGroup<Double>.slices(featureCount: 13, memberCount: count).map(\.count),
        rows: (0..<count).map { rows.count * ($0 + 1) / count - rows.count * $0 / count })
    } + [
      TensorParallelCase("2 members, 1 and 12 features", features: [1, 12], rows: [8, 1]),
      TensorParallelCase(
        "3 members, one without features, one without rows", features: [8, 0, 5], rows: [0, 4, 5]),
      TensorParallelCase(
        "5 members, two without features, two without rows", features: [0, 2, 7, 4, 0], rows: [4, 3, 0, 0, 2]),
    ]

  /// 400 features and 9 rows, enough features for each member to have sparse rows, or for some.
  static let wide = [
    TensorParallelCase("2 members", features: [208, 192], rows: [4, 5]),
    TensorParallelCase("3 members, one with few features", features: [100, 20, 280], rows: [0, 4, 5]),
    TensorParallelCase("3 members, one without features", features: [250, 0, 150], rows: [3, 3, 3]),
  ]

  /// What a member has after a step.
  struct Outcome: Sendable {
    let features: Range<Int>
    let layout: ParameterLayout
    /// In `layout`.
    let gradient: [Double]
    /// [K, features].
    let selection: [Double]
    let sums: LossSums
    let diversity: Double?
  }

  /// Two steps with the same memory, as each member leaves them.
  func run(_ problem: GradientCase) throws -> [[Outcome]] {
    try InProcessWorld.run(ranks: features.count) { member in
      let shape = problem.shape
      let count = TensorParallelGroup<Double>.storageCount(
        shape: shape, memberCount: features.count, maximumRows: GradientCase.rows)
      let memory = try member.allocateShared(byteCount: count * MemoryLayout<Double>.stride)
      let storage = AlignedBuffer<Double>(
        base: memory.bytes.bindMemory(to: Double.self).baseAddress!, count: count, owner: memory)
      // What is read before it was written must show.
      if member.isRoot { storage.elements.update(repeating: .nan) }
      try member.synchronize()
      let tensorGroup = TensorParallelGroup(
        shape: shape, slices: features, member: member.rank, maximumRows: GradientCase.rows, storage: storage)
      let model = problem.makeModel()
      let logits = ColumnSlice(of: model.logits, columns: tensorGroup.features)
      logits.take()
      let pass = problem.makePass(
        model, tensorGroup: tensorGroup, logits: logits, ownMaximum: own.map(\.count).max())
      pass.fixSelection()
      let outcomes = try Self.steps.map { step in
        try takeStep(step, of: problem, pass, tensorGroup: tensorGroup, synchronize: member.synchronize)
      }
      try memory.free()
      return outcomes
    }
  }

  /// The same steps of one worker with all of the group's rows.
  static func runAlone(_ problem: GradientCase) -> [Outcome] {
    let alone = TensorParallelCase("alone", features: [problem.shape.featureCount], rows: [rows.count])
    let pass = problem.makePass(problem.makeModel())
    pass.fixSelection()
    return steps.map {
      alone.takeStep($0, of: problem, pass, tensorGroup: .alone(shape: problem.shape), synchronize: {})
    }
  }

  static let steps = [3, 4]

  private func takeStep(
    _ step: Int, of problem: GradientCase, _ pass: TrainingPass<Double>,
    tensorGroup: TensorParallelGroup<Double>,
    synchronize: () throws -> Void
  ) rethrows -> Outcome {
    let own = own[tensorGroup.member]
    problem.fill(
      pass, Self.rows, of: problem.shape, features: tensorGroup.features,
      own: Self.rows.lowerBound + own.lowerBound..<Self.rows.lowerBound + own.upperBound)
    let gradient = AlignedBuffer<Double>(count: pass.gradientLayout.count)
    gradient.elements.update(repeating: .nan)
    let drawn = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 25, step: step))
    try synchronize()
    let selection = drawn.complete()
    let sums = try pass.gradient(
      selection, rowCount: Self.rows.count, own: own, firstRow: Self.rows.lowerBound,
      globalRows: GradientCase.rows,
      into: gradient.base, synchronize: synchronize)
    pass.addDiversity(of: selection, to: gradient.base)
    try synchronize()
    return Outcome(
      features: tensorGroup.features, layout: pass.gradientLayout, gradient: Array(gradient.elements),
      selection: pass.selectionMatrix ?? [],
      sums: sums, diversity: pass.stepDiversity)
  }
}
