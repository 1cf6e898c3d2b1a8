import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// Works out a second time what another rank of the node did in a step, where ranks divide features: its parts of what the
/// ranks leave each other, and the gradient of its features.
///
/// When a rank has worked out its gradient all of them have left what they leave, and nobody writes more before the sum over
/// ranks. So a copy of that memory is all that the other's work depends on, beside its rows and the parameters.
final class SliceReplay {
  private let group: TensorParallelGroup<Float>
  private let replica: TensorParallelGroup<Float>
  private let pass: TrainingPass<Float>
  private let loader: BatchLoader
  private let exchange: StepExchange
  private let member: Int
  private var tasks: [PassTask]
  private let storage: [AlignedBuffer<Float>]
  private let gradients: GradientBuffers<Float>

  /// A replay of the rank before this one on the node.
  ///
  /// `makePass` makes a pass like this rank's for another member, and `loader` loads this rank's batches of `dataset`.
  init(
    _ memory: TrainingMemory, dataset: Dataset, loader: BatchLoader,
    exchange: StepExchange, makePass: (TensorParallelGroup<Float>, _ ownCount: Int) -> TrainingPass<Float>
  ) {
    let (topology, count) = (memory.topology, memory.topology.node.size)
    group = memory.group
    member = (group.member + count - 1) % count
    replica = group.replica(of: member, among: count)
    tasks = topology.plan.tasks(node: topology.nodeIndex, rank: member).first ?? []
    pass = makePass(replica, tasks.count { $0.hidden != nil })
    self.loader = BatchLoader(loader, dataset, pass: pass)
    self.exchange = exchange
    // Of which only the member's part is ever touched.
    let gradientCount = pass.gradientLayout.count
    storage = memory.slots[member].buffers.map { _ in AlignedBuffer<Float>(untouched: gradientCount) }
    gradients = GradientBuffers(storage.map(\.base))
  }

  /// Takes up features that stand.
  func fixSelection() { pass.fixSelection() }

  /// A digest of what the rank before this one must have come to.
  func digest(step: Int, seed: UInt64, temperature: Double, batch: Range<Int>) -> UInt64 {
    replica.takeMemory(of: group)
    let selection = pass.draw(temperature: temperature, randomness: .keyed(seed: seed, step: step)).complete()
    loader.load(&tasks, of: batch)
    pass.gradient(
      selection, tasks, globalRows: batch.count, into: gradients, synchronize: {}, note: { _, _, _ in })
    return Self.digest(gradient: exchange.digest(of: member, in: gradients), memory: replica.memoryDigest)
  }

  /// The digest of a gradient and of what the node's ranks have left each other, from those of both.
  static func digest(gradient: UInt64, memory: UInt64) -> UInt64 {
    (gradient ^ memory) &* 0x9E37_79B9_7F4A_7C15 ^ memory
  }
}
