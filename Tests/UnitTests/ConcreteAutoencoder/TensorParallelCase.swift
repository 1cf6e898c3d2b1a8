import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Testing

/// How members of a tensor-parallel group divide blocks of features and micro-batches.
struct TensorParallelCase: Sendable, CustomTestStringConvertible {
  let members: Int
  let blockCount: Int
  /// Rows of each micro-batch.
  let microBatches: [Int]

  var testDescription: String { "\(members) members, \(blockCount) blocks, micro-batches of \(microBatches)" }

  /// The group's rows of the global batch, of which other nodes have the rest.
  static let rows = 2..<GradientCase.rows

  /// As ranks divide them, and unevenly, with members that have no block or no micro-batch, and micro-batches without rows.
  static let all = [
    TensorParallelCase(members: 1, blockCount: 3, microBatches: [5, 4]),
    TensorParallelCase(members: 2, blockCount: 2, microBatches: [5, 4]),
    TensorParallelCase(members: 3, blockCount: 4, microBatches: [3, 3, 3]),
    TensorParallelCase(members: 2, blockCount: 5, microBatches: [9]),
    TensorParallelCase(members: 5, blockCount: 3, microBatches: [8, 0, 1, 0]),
  ]

  /// What a member has after a step.
  struct Outcome: Sendable {
    let blocks: Range<Int>
    let layout: ParameterLayout
    /// In `layout`; places that the member does not write are NaN.
    let gradient: [Double]
    /// [K, features] of each block.
    let selection: [[Double]]
    let sums: LossSums
    let diversity: Double?
  }

  static let steps = [3, 4]

  func blocks(_ shape: ModelShape) -> FeatureBlocks {
    FeatureBlocks(featureCount: shape.featureCount, count: blockCount)
  }

  /// The tasks of a member, which takes every `members`th micro-batch through the hidden layers; all are added up in one buffer.
  private func tasks(of member: Int) -> [PassTask] {
    var start = 0
    var hasOwn = false
    return microBatches.enumerated().map { index, count in
      let isOwn = index % members == member
      var task = PassTask(
        features: MicroBatchTask(microBatch: index, buffer: 0, accumulates: index > 0),
        hidden: isOwn ? MicroBatchTask(microBatch: index, buffer: 0, accumulates: hasOwn) : nil)
      if isOwn { hasOwn = true }
      (task.rows, task.firstRow) = (start..<start + count, Self.rows.lowerBound + start)
      start += count
      return task
    }
  }

  /// Two steps with the same memory, as each member leaves them.
  func run(_ problem: GradientCase) throws -> [[Outcome]] {
    let blocks = blocks(problem.shape)
    return try InProcessWorld.run(ranks: members) { member in
      let shape = problem.shape
      let count = TensorParallelGroup<Double>.storageCount(
        shape: shape, blocks: blocks, maximumRows: GradientCase.rows)
      let memory = try member.allocateShared(byteCount: count * MemoryLayout<Double>.stride)
      let storage = AlignedBuffer<Double>(
        base: memory.bytes.bindMemory(to: Double.self).baseAddress!, count: count, owner: memory)
      // What is read before it was written must show.
      if member.isRoot { storage.elements.update(repeating: .nan) }
      try member.synchronize()
      let group = TensorParallelGroup(
        shape: shape, blocks: blocks, member: member.rank, memberCount: members,
        maximumRows: GradientCase.rows, storage: storage)
      let tasks = tasks(of: member.rank)
      let pass = problem.makePass(
        problem.makeModel(), group: group, ownCount: max(1, tasks.count { $0.hidden != nil }))
      pass.fixSelection()
      let outcomes = try Self.steps.map { step in
        try takeStep(step, of: problem, pass, tasks, group.blocks, synchronize: member.synchronize)
      }
      try memory.free()
      return outcomes
    }
  }

  /// The same steps of one worker with all of the group's rows as one micro-batch and all features as one block.
  static func runAlone(_ problem: GradientCase) -> [Outcome] {
    let alone = TensorParallelCase(members: 1, blockCount: 1, microBatches: [rows.count])
    let pass = problem.makePass(problem.makeModel())
    pass.fixSelection()
    return steps.map {
      alone.takeStep($0, of: problem, pass, alone.tasks(of: 0), 0..<1, synchronize: {})
    }
  }

  private func takeStep(
    _ step: Int, of problem: GradientCase, _ pass: TrainingPass<Double>, _ tasks: [PassTask],
    _ blocks: Range<Int>, synchronize: () throws -> Void
  ) rethrows -> Outcome {
    problem.fill(pass, Self.rows, of: problem.shape)
    let gradient = AlignedBuffer<Double>(count: pass.gradientLayout.count)
    gradient.elements.update(repeating: .nan)
    let drawn = pass.draw(temperature: problem.temperature, randomness: .keyed(seed: 25, step: step))
    try synchronize()
    let selection = drawn.complete()
    var sums = LossSums()
    try pass.gradient(
      selection, tasks, globalRows: GradientCase.rows, into: GradientBuffers([gradient.base]),
      synchronize: synchronize
    ) { part, _, _ in sums += part }
    try pass.completeGradient(of: selection, gradient.base, synchronize: synchronize)
    try synchronize()
    return Outcome(
      blocks: blocks, layout: pass.gradientLayout, gradient: Array(gradient.elements),
      selection: pass.selectionMatrix ?? [], sums: sums, diversity: pass.stepDiversity)
  }
}
