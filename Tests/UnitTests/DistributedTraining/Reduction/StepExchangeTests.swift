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

  /// A micro-batch's part of a parameter's gradient: fractions, whose sum depends on the order.
  private static func part(_ microBatch: Int, _ parameter: Int, step: Int) -> Float {
    1 / Float((microBatch * 37 + parameter * 11 + step * 5) % 97 + 3)
  }

  /// The steps of one rank; the fault is in the first.
  private static func run(
    _ world: SmallWorld, _ communicator: any Communicator, _ memory: TrainingMemory, steps: Int, fault: Fault?
  ) throws -> [Outcome] {
    let exchange = try StepExchange(memory: memory)
    let plan = memory.topology.plan
    let rank = memory.topology.node.rank
    let slot = memory.slots[rank]
    let places = GradientPlaces(shape: world.shape, blocks: world.blocks)
    let tasks = Array(plan.tasks(node: memory.topology.nodeIndex, rank: rank).joined())
    let blocks = plan.blocks(rank: rank)
    return try (0..<steps).map { step in
      exchange.statistics.clear()
      for task in tasks {
        for (place, parameter) in places.parameters.enumerated() {
          guard let parameter else { continue }
          // Features' parameters where they are this rank's, the others for its own micro-batches.
          guard
            let target = places.blocks[place].map({ blocks.contains($0) ? task.features : nil })
              ?? task.hidden
          else { continue }
          let value = part(target.microBatch, parameter, step: step)
          let gradient = exchange.gradients[target]
          let own = place + (places.blocks[place] == nil ? slot.hiddenShift : 0)
          gradient[own] = target.accumulates ? gradient[own] + value : value
          exchange.gradients.finish(target, rowCount: 1, own..<own + 1)
        }
        guard let own = task.hidden else { continue }
        let isFaulty = step == 0 && own.microBatch == plan.tree.leaves - 1
        if isFaulty && fault == .gradient {
          exchange.gradients[own][slot.layout.layers[0].bias.offset + slot.hiddenShift] = .nan
        }
        let loss = isFaulty && fault == .loss ? Double.nan : Double(own.microBatch) + 0.25
        exchange.statistics.add(
          LossSums(loss: loss, weight: Double(own.microBatch + 1)), microBatch: own.microBatch,
          block: own.microBatch % plan.blocks.count)
      }
      exchange.statistics.note(signals: [], digest: 5, rank: communicator.rank, stepMilliseconds: 1)
      let isFinite = try exchange.reduce()
      var sums: [Int: Float] = [:]
      for part in exchange.shard.parts {
        for (index, place) in part.places.enumerated() {
          if let parameter = places.parameters[place] { sums[parameter] = exchange.sum(of: part)[index] }
        }
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
    let plan = world.plan
    let microBatches = plan.tree.leaves
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
          sum != Self.treeSum(plan.tree.root) { Self.part($0, parameter, step: step) }
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
