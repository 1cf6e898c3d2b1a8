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
  private let logits: ColumnSlice<Float>
  private let pass: TrainingPass<Float>
  private let loader: BatchLoader
  private let task: MicroBatchTask
  private let gradient: AlignedBuffer<Float>

  /// A replay of the rank before this one on the node.
  ///
  /// `makePass` makes a pass like this rank's for another member, and `loader` loads this rank's batches of `dataset`.
  init(
    _ memory: TrainingMemory, dataset: Dataset, loader: BatchLoader,
    makePass: (TensorParallelGroup<Float>, ColumnSlice<Float>) -> TrainingPass<Float>
  ) {
    let (topology, group) = (memory.topology, memory.tensorGroup)
    let member = (group.member + group.slices.count - 1) % group.slices.count
    self.group = group
    replica = group.replica(of: member)
    logits = ColumnSlice(of: memory.state.model.logits, columns: group.slices[member])
    pass = makePass(replica, logits)
    self.loader = BatchLoader(loader, dataset, features: group.slices[member], pass: pass)
    task = topology.plan.tasks(node: topology.nodeIndex, rank: member)[0]
    gradient = AlignedBuffer(count: pass.gradientLayout.count)
  }

  /// Takes up features that stand.
  func fixSelection() { pass.fixSelection() }

  /// A digest of what the rank before this one must have come to; the state must be published.
  func digest(step: Int, seed: UInt64, temperature: Double, batch: Range<Int>) -> UInt64 {
    replica.takeMemory(of: group)
    logits.take()
    let selection = pass.draw(temperature: temperature, randomness: .keyed(seed: seed, step: step)).complete()
    let rows = loader.load(task, of: batch)
    _ = pass.gradient(
      selection, rowCount: rows.count, own: rows.own, firstRow: rows.first, globalRows: batch.count,
      into: gradient.base, synchronize: {})
    return Self.digest(gradient: gradient.digest, memory: replica.memoryDigest)
  }

  /// The digest of a gradient and of what the node's ranks have left each other, from those of both.
  static func digest(gradient: UInt64, memory: UInt64) -> UInt64 {
    (gradient ^ memory) &* 0x9E37_79B9_7F4A_7C15 ^ memory
  }
}
