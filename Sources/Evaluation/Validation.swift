import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// The loss of the hard selection over a set of rows, each rank taking whole blocks of them.
///
/// Every block is one rank's alone and blocks are added in their order, so no bit depends on the number of ranks
/// (with equally many OpenBLAS threads each).
package final class Validation {
  private let loader: RowLoader<Float>
  private let rows: [UInt32]
  private let evaluator: Evaluator<Float>
  /// Terms of a row in which none is missing.
  private let termsPerRow: Double
  // The loss of each block, then the weights, then the rows whose class was found.
  private var sums: [Double]

  /// Rows of a block.
  private static let blockSize = 128

  /// Validates `model` on `rows` of `dataset`.
  package init(model: Autoencoder<Float>, dataset: Dataset, rows: [UInt32]) {
    loader = RowLoader(dataset)
    self.rows = rows
    evaluator = Evaluator(
      model: model, maximumRows: Self.blockSize, hasGaps: dataset.hasGaps,
      isWeighted: dataset.weights != nil)
    termsPerRow = Double(
      model.shape.task.objective.weight(rows: 1, outputs: model.shape.outputCount))
    sums = Array(repeating: 0, count: 3 * ((rows.count + Self.blockSize - 1) / Self.blockSize))
  }

  /// The sums over all rows, nil where there is none; every rank must call.
  package func evaluate(_ communicator: any Communicator) throws -> LossSums? {
    guard !rows.isEmpty else { return nil }
    evaluator.refreshSelection()
    let blocks = sums.count / 3
    for index in sums.indices { sums[index] = 0 }
    for block in EpochOrder.slice(of: 0..<blocks, rank: communicator.rank, worldSize: communicator.size) {
      let start = block * Self.blockSize
      let part = evaluate(start..<min(start + Self.blockSize, rows.count))
      sums[block] = part.loss
      sums[blocks + block] = part.weight
      sums[2 * blocks + block] = part.correct
    }
    // One rank's number and zeros: exact in any order.
    try communicator.allReduce(&sums, .sum)
    return LossSums(
      loss: sums[..<blocks].reduce(0, +), weight: sums[blocks..<2 * blocks].reduce(0, +),
      correct: sums[(2 * blocks)...].reduce(0, +))
  }

  /// The mean loss of each row, in the rows' order; every rank must call.
  package func rowLosses(_ communicator: any Communicator) throws -> RowLosses {
    try rowSums(communicator).losses
  }

  /// The mean loss of each row, in the rows' order, and the sums over all; every rank must call.
  package func rowSums(_ communicator: any Communicator) throws -> (losses: RowLosses, all: LossSums) {
    evaluator.refreshSelection()
    // Losses, then weights, then whether the class was found.
    let count = rows.count
    var sums = [Double](repeating: 0, count: 3 * count)
    let blocks = (rows.count + Self.blockSize - 1) / Self.blockSize
    for block in EpochOrder.slice(of: 0..<blocks, rank: communicator.rank, worldSize: communicator.size) {
      let start = block * Self.blockSize
      let places = start..<min(start + Self.blockSize, rows.count)
      load(places)
      evaluator.forEachRow(rowCount: places.count) { row, found in
        sums[start + row] = found.mean
        sums[count + start + row] = found.weight
        sums[2 * count + start + row] = found.correct
      }
    }
    // One rank's number and zeros: exact in any order.
    if !rows.isEmpty { try communicator.allReduce(&sums, .sum) }
    let weights = sums[count..<2 * count]
    return (
      RowLosses(Array(sums[..<count]), weights: weights.map { $0 / termsPerRow }),
      LossSums(
        loss: zip(sums, weights).reduce(0) { $0 + $1.0 * $1.1 }, weight: weights.reduce(0, +),
        correct: sums[(2 * count)...].reduce(0, +))
    )
  }

  private func evaluate(_ places: Range<Int>) -> LossSums {
    load(places)
    return evaluator.evaluate(rowCount: places.count)
  }

  /// Loads rows into the evaluator, and what they are compared with.
  private func load(_ places: Range<Int>) {
    rows.withUnsafeBufferPointer { rows in
      let part = UnsafeBufferPointer(rebasing: rows[places])
      loader.load(part, into: evaluator.rows.base, observed: evaluator.terms.observed)
      if let weights = evaluator.terms.weights { loader.loadWeights(part, into: weights) }
      loader.loadTargets(part, into: evaluator.targets)
    }
  }
}
