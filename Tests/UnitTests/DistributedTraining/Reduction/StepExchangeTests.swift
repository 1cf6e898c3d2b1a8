import Communication
import ConcreteAutoencoder
import DistributedTraining
import RunSettings
import Testing

/// The sum of the ranks' gradients against a plain one.
@Suite struct StepExchangeTests {
  /// What one rank has after a step.
  struct Outcome: Sendable {
    let isFinite: Bool
    /// The sums of its shard, by parameter.
    let sums: [Int: Float]
    let rows: Int
    let loss: Double
  }

  /// What goes wrong in the last micro-batch.
  enum Fault: Sendable { case gradient, loss }

  /// A micro-batch's part of a parameter's gradient: whole numbers, which any order of additions sums alike, or, where
  /// the order is promised, fractions.
  private static func part(_ microBatch: Int, _ parameter: Int, step: Int, _ mode: ReductionMode) -> Float {
    let value = microBatch * 37 + parameter * 11 + step * 5
    return mode == .fast ? Float(value % 101 - 50) : 1 / Float(value % 97 + 3)
  }

  /// The steps of one rank; the fault is in the first.
  private static func run(
    _ world: SmallWorld, _ communicator: any Communicator, _ memory: TrainingMemory, steps: Int, fault: Fault?
  ) throws -> [Outcome] {
    let exchange = try StepExchange(memory: memory)
    let plan = memory.topology.plan
    let slot = memory.slots[memory.topology.node.rank]
    let places = GradientPlaces(
      shape: world.shape, gradientLayout: slot.layout, features: memory.tensorGroup.features)
    return try (0..<steps).map { step in
      exchange.statistics.clear()
      for task in exchange.tasks {
        let gradient = exchange.gradient(of: task)
        for (place, parameter) in places.parameters.enumerated() {
          guard let parameter else {
            gradient[place] = 0
            continue
          }
          let isNodes = plan.division == .features && places.ofFeatures.contains(parameter)
          let microBatch =
            isNodes ? plan.microBatches(node: memory.topology.nodeIndex).lowerBound : task.microBatch
          gradient[place] = part(microBatch, parameter, step: step, world.mode)
        }
        let isFaulty = step == 0 && task.microBatch == plan.tree.leaves - 1
        if isFaulty && fault == .gradient { gradient[slot.layout.layers[0].bias.offset] = .nan }
        exchange.finish(task)
        let loss = isFaulty && fault == .loss ? Double.nan : Double(task.microBatch) + 0.25
        exchange.statistics.add(
          LossSums(loss: loss, weight: Double(task.microBatch + 1)), microBatch: task.microBatch)
      }
      exchange.statistics.note(signals: [], digest: 5, rank: communicator.rank, stepMilliseconds: 1)
      let isFinite = try exchange.reduce()
      var sums: [Int: Float] = [:]
      for place in exchange.shard.parts.flatMap({ Array($0.gradient) }) {
        if let parameter = places.parameters[place] { sums[parameter] = exchange.gradient[place] }
      }
      #expect(exchange.totals.digestsAgree)
      let outcome = Outcome(
        isFinite: isFinite, sums: sums, rows: Int(exchange.totals.losses.weight),
        loss: exchange.totals.losses.loss)
      try exchange.finish()
      return outcome
    }
  }

  /// The micro-batches' parts in the order of the tree.
  private static func treeSum(_ node: Range<Int>, _ part: (Int) -> Float) -> Float {
    guard node.count > 1 else { return part(node.lowerBound) }
    let (left, right) = SumTree.children(of: node)
    return treeSum(left, part) + treeSum(right, part)
  }

  @Test("each node's ranks have the sum over all ranks, step after step", arguments: SmallWorld.all)
  func sums(_ world: SmallWorld) throws {
    let ranks = try world.run { try Self.run(world, $0, $1, steps: 3, fault: nil) }
    let plan = ReductionPlan(
      world.configuration.training.reduction, nodeCount: world.nodes, ranksPerNode: world.ranksPerNode,
      division: world.division)
    let microBatches = plan.tree.leaves
    let ofFeatures =
      world.division == .rows
      ? []
      : GradientPlaces(
        shape: world.shape, gradientLayout: ParameterLayout(shape: world.shape),
        features: 0..<world.featureCount
      ).ofFeatures
    for step in 0..<3 {
      for node in 0..<world.nodes {
        let own = ranks[node * world.ranksPerNode..<(node + 1) * world.ranksPerNode].map { $0[step] }
        var sums: [Int: Float] = [:]
        for outcome in own {
          #expect(outcome.isFinite && outcome.rows == microBatches * (microBatches + 1) / 2)
          #expect(outcome.loss == Double(microBatches * (microBatches - 1)) / 2 + 0.25 * Double(microBatches))
          sums.merge(outcome.sums) { _, _ in .nan }
        }
        #expect(Set(sums.keys) == GradientPlaces.all(of: world.shape), "step \(step), node \(node)")
        let wrong = sums.filter { parameter, sum in
          let part = { Self.part($0, parameter, step: step, world.mode) }
          let expected =
            ofFeatures.contains(parameter)
            ? (0..<world.nodes).reduce(0) { $0 + part(plan.microBatches(node: $1).lowerBound) }
            : Self.treeSum(plan.tree.root, part)
          return sum != expected
        }
        #expect(
          wrong.isEmpty, "step \(step), node \(node): \(wrong.count) sums, first of \(wrong.keys.min() ?? 0)")
      }
    }
  }

  @Test(
    "a number that is not finite on one rank stops all, and the next step is as any",
    arguments: SmallWorld.all,
    [Fault.gradient, .loss])
  func faults(_ world: SmallWorld, fault: Fault) throws {
    let ranks = try world.run { try Self.run(world, $0, $1, steps: 2, fault: fault) }
    #expect(ranks.map { $0.map(\.isFinite) } == ranks.map { _ in [false, true] })
  }
}
