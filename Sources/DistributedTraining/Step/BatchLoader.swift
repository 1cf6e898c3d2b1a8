import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import RunSettings
import Tables

/// Loads this rank's part of each global batch into the pass, micro-batch by micro-batch.
final class BatchLoader {
  /// A micro-batch's rows in the pass.
  struct Rows {
    /// How many there are.
    let count: Int
    /// Those of them that this rank takes through the hidden layers.
    let own: Range<Int>
    /// The place of the first in the global batch.
    let first: Int
  }

  private let order: EpochOrder
  private let loader: RowLoader<Float>
  private let pass: TrainingPass<Float>
  private let topology: RankTopology
  private let featureCount: Int
  private let stepsPerEpoch: Int
  /// Whether the terms of the loss are those of this rank's own rows, and not of all that it has features of.
  private let weighsOwn: Bool

  init(
    _ dataset: Dataset, training: TrainingConfiguration, memory: TrainingMemory, pass: TrainingPass<Float>,
    stepsPerEpoch: Int
  ) throws {
    order = try EpochOrder(
      rows: dataset.split.training, batchSize: training.batchSize, seed: training.seed)
    loader = RowLoader(dataset, features: memory.tensorGroup.features)
    featureCount = memory.tensorGroup.features.count
    topology = memory.topology
    self.pass = pass
    weighsOwn = !memory.state.model.shape.outputsAreFeatures
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// Loads the same batches' `features` into another pass.
  init(_ other: BatchLoader, _ dataset: Dataset, features: Range<Int>, pass: TrainingPass<Float>) {
    (order, topology) = (other.order, other.topology)
    (weighsOwn, stepsPerEpoch) = (other.weighsOwn, other.stepsPerEpoch)
    loader = RowLoader(dataset, features: features)
    featureCount = features.count
    self.pass = pass
  }

  /// The places in its epoch's order that a step's batch takes. The first call of an epoch orders its rows.
  func batch(step: Int) -> Range<Int> {
    order.prepare(epoch: step / stepsPerEpoch)
    return order.batch(step: step % stepsPerEpoch)
  }

  /// Loads this rank's features of a micro-batch's rows, what of them counts, and what its own ones are compared with.
  func load(_ task: MicroBatchTask, of batch: Range<Int>) -> Rows {
    let places = topology.plan.rows(of: task, node: topology.nodeIndex, in: batch)
    let own = topology.plan.rows(of: task.microBatch, in: batch)
    order.withRows(at: places) {
      loader.load($0, into: pass.rows.base, observed: pass.terms.observed)
    }
    if let weights = pass.terms.weights {
      order.withRows(at: weighsOwn ? own : places) { loader.loadWeights($0, into: weights) }
    }
    order.withRows(at: own) { loader.loadTargets($0, into: pass.targets) }
    return Rows(
      count: places.count, own: own.lowerBound - places.lowerBound..<own.upperBound - places.lowerBound,
      first: places.lowerBound - batch.lowerBound)
  }

  /// Whether all features of the rows that were loaded last are numbers.
  func isFinite(_ rows: Rows) -> Bool {
    Float.allFinite(x: pass.rows.base, count: rows.count * featureCount)
  }
}
