import ConcreteAutoencoder
import Evaluation
import LinearAlgebra
import RunSettings
import Tables

/// Loads this rank's part of each global batch into the pass, group by group of micro-batches.
final class BatchLoader {
  private let order: EpochOrder
  /// One for each of the pass's blocks.
  private let loaders: [RowLoader<Float>]
  private let pass: TrainingPass<Float>
  private let plan: ReductionPlan
  private let stepsPerEpoch: Int

  init(
    _ dataset: Dataset, training: TrainingConfiguration, plan: ReductionPlan, pass: TrainingPass<Float>,
    stepsPerEpoch: Int
  ) throws {
    order = try EpochOrder(
      rows: dataset.split.training, batchSize: training.batchSize, seed: training.seed)
    loaders = pass.blocks.map { RowLoader(dataset, features: $0.features) }
    self.plan = plan
    self.pass = pass
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// Loads the same batches into another pass.
  init(_ other: BatchLoader, _ dataset: Dataset, pass: TrainingPass<Float>) {
    (order, plan, stepsPerEpoch) = (other.order, other.plan, other.stepsPerEpoch)
    loaders = pass.blocks.map { RowLoader(dataset, features: $0.features) }
    self.pass = pass
  }

  /// The places in its epoch's order that a step's batch takes. The first call of an epoch orders its rows.
  func batch(step: Int) -> Range<Int> {
    order.prepare(epoch: step / stepsPerEpoch)
    return order.batch(step: step % stepsPerEpoch)
  }

  /// Loads the rows of a group of tasks, micro-batches that lie side by side, what of them counts, and what they are compared
  /// with; and notes in the tasks which rows are theirs.
  func load(_ tasks: inout [PassTask], of batch: Range<Int>) {
    let places = places(of: tasks, in: batch)
    for index in tasks.indices {
      let own = plan.rows(of: tasks[index].features.microBatch, in: batch)
      tasks[index].rows = own.lowerBound - places.lowerBound..<own.upperBound - places.lowerBound
      tasks[index].firstRow = own.lowerBound - batch.lowerBound
    }
    order.withRows(at: places) { rows in
      for (index, loader) in loaders.enumerated() {
        let observed = index < pass.terms.count ? pass.terms[index].observed : nil
        loader.load(rows, into: pass.blocks[index].rows.base, observed: observed)
      }
      for terms in pass.terms {
        if let weights = terms.weights { loaders.first?.loadWeights(rows, into: weights) }
      }
      loaders.first?.loadTargets(rows, into: pass.targets)
    }
  }

  private func places(of tasks: [PassTask], in batch: Range<Int>) -> Range<Int> {
    let first = plan.rows(of: tasks[0].features.microBatch, in: batch)
    let last = plan.rows(of: tasks[tasks.count - 1].features.microBatch, in: batch)
    return first.lowerBound..<last.upperBound
  }

  /// Whether all features of the tasks whose rows were loaded last are numbers.
  func isFinite(_ tasks: [PassTask]) -> Bool {
    let count = tasks.reduce(0) { $0 + $1.rows.count }
    return pass.blocks.allSatisfy { Float.allFinite(x: $0.rows.base, count: count * $0.features.count) }
  }
}
