import ConcreteAutoencoder
import LinearAlgebra

/// A step's update of what logits follow from, where they are parametrised indirectly.
///
/// The chain rule is linear in the logits' gradient, so ranks exchange that, as they do where logits are parameters, and take
/// its sum further: those of a node divide the work in parts of fixed sizes, every node alike.
struct IndirectUpdate {
  private let state: ModelState
  private let logits: IndirectLogits<Float>
  private let shard: OptimizerShard
  /// The summed gradient of all logits, [K, D].
  private let logitsGradient: MatrixView<Float>
  /// That of what they follow from.
  private let gradient: UnsafeMutablePointer<Float>
  private let storage: AlignedBuffer<Float>
  private let rank: Int
  private let rankCount: Int

  /// Nil where logits are parameters.
  init?(_ memory: TrainingMemory, shard: OptimizerShard) {
    guard let storage = memory.indirectGradient, let logits = IndirectLogits(of: memory.state.model) else {
      return nil
    }
    let shape = memory.state.model.shape
    state = memory.state
    self.logits = logits
    self.shard = shard
    self.storage = storage
    logitsGradient = MatrixView(storage.base, rows: shape.selectorCount, columns: shape.featureCount)
    gradient = storage.base + state.model.layout.decoderOffset
    (rank, rankCount) = (memory.topology.node.rank, memory.topology.node.size)
  }

  /// Updates this rank's shard and works out its parts of the logits, from its selectors' rows of the logits' summed gradient,
  /// [K, D]; `synchronize` waits for the others of the node.
  func run(
    _ summed: UnsafePointer<Float>, rates: Adam<Float>.Rates, synchronize: () throws -> Void
  ) throws {
    let own = shard.selectors.lowerBound * logitsGradient.columns
    (logitsGradient.base + own).update(
      from: summed + own, count: shard.selectors.count * logitsGradient.columns)
    try synchronize()
    logits.backward(logitsGradient, into: gradient, share: rank, of: rankCount)
    try synchronize()
    state.adam.updateIndirect(
      state.model.parameters, part: shard.indirect,
      gradient: gradient + (shard.indirect.lowerBound - state.model.layout.indirectRange.lowerBound),
      rates: rates)
    try synchronize()
    logits.derive(share: rank, of: rankCount)
    try synchronize()
  }
}
