import Communication
import ConcreteAutoencoder
import DistributedTraining
import RunSettings
import Testing

/// Ranks on nodes with the state of a small model between them.
struct SmallWorld: Sendable, CustomTestStringConvertible {
  let nodes: Int
  let ranksPerNode: Int
  /// Blocks of the features, which ranks of a node divide if there are several.
  let blockCount: Int
  let classes: Int?

  static let featureCount = 37

  var testDescription: String {
    "\(nodes) nodes x \(ranksPerNode) ranks, \(blockCount) blocks" + (classes.map { ", \($0) classes" } ?? "")
  }

  static let all = [1, 2, 3].flatMap { nodes in
    [1, 2, 3].flatMap { ranks in
      [(1, nil), (2, nil), (5, nil), (5, 3), (1, 3)].map {
        SmallWorld(nodes: nodes, ranksPerNode: ranks, blockCount: $0.0, classes: $0.1)
      }
    }
  }

  var shape: ModelShape {
    ModelShape(
      featureCount: Self.featureCount, selectorCount: 4, hidden: [21, 6], layerNorm: true,
      task: classes == nil ? .reconstruct : .classify, targetCount: classes)
  }

  var blocks: FeatureBlocks { FeatureBlocks(featureCount: Self.featureCount, count: blockCount) }

  var plan: ReductionPlan {
    ReductionPlan(
      microBatches: configuration.training.microBatchCount(blocks), blocks: blocks, nodeCount: nodes,
      ranksPerNode: ranksPerNode)
  }

  var configuration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.selector.k = 4
    configuration.training.batchSize = 32
    configuration.training.microBatches = 5
    if classes != nil { configuration.task = .classify }
    return configuration
  }

  /// Runs `body` on every rank, with the memory that they share.
  func run<T: Sendable>(
    _ body: @escaping @Sendable (any Communicator, TrainingMemory) throws -> T
  ) throws -> [T] {
    try InProcessWorld.run(ranks: nodes * ranksPerNode, ranksPerNode: ranksPerNode) { communicator in
      let memory = try TrainingMemory(
        shape: shape, communicator: communicator, configuration: configuration, blocks: blocks)
      #expect(memory.topology.plan == plan)
      #expect(memory.topology.node.size == ranksPerNode)
      return try body(communicator, memory)
    }
  }
}
