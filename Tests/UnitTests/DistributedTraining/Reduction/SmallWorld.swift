import Communication
import ConcreteAutoencoder
import DistributedTraining
import RunSettings
import Testing

/// Ranks on nodes with the state of a small model between them.
struct SmallWorld: Sendable, CustomTestStringConvertible {
  let nodes: Int
  let ranksPerNode: Int
  let mode: ReductionMode
  /// Enough for ranks of a node to divide them, or too few.
  let featureCount: Int
  let classes: Int?

  var testDescription: String {
    "\(nodes) nodes x \(ranksPerNode) ranks, \(mode), \(featureCount) features"
      + (classes.map { ", \($0) classes" } ?? "")
  }

  static let all = [1, 2, 3].flatMap { nodes in
    [1, 2, 3].flatMap { ranks in
      [(ReductionMode.fast, 9, nil), (.fast, 37, nil), (.fast, 37, 3), (.exact, 37, nil)].map {
        SmallWorld(nodes: nodes, ranksPerNode: ranks, mode: $0.0, featureCount: $0.1, classes: $0.2)
      }
    }
  }

  var shape: ModelShape {
    ModelShape(
      featureCount: featureCount, selectorCount: 4, hidden: [21, 6], layerNorm: true,
      task: classes == nil ? .reconstruct : .classify, targetCount: classes)
  }

  var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.selector.k = 4
    configuration.training.batchSize = 32
    configuration.training.reductionMode = mode
    if classes != nil { configuration.task = .classify }
    return configuration
  }

  /// How ranks of a node should divide the work.
  var division: WorkDivision {
    mode == .fast && ranksPerNode > 1 && featureCount > configuration.training.batchSize ? .features : .rows
  }

  /// Runs `body` on every rank, with the memory that they share.
  func run<T: Sendable>(
    _ body: @escaping @Sendable (any Communicator, TrainingMemory) throws -> T
  ) throws -> [T] {
    try InProcessWorld.run(ranks: nodes * ranksPerNode, ranksPerNode: ranksPerNode) { communicator in
      let memory = try TrainingMemory(shape: shape, communicator: communicator, configuration: configuration)
      #expect(memory.topology.plan.division == division)
      #expect(memory.topology.node.size == ranksPerNode)
      return try body(communicator, memory)
    }
  }
}
