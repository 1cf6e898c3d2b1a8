import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// The loss of the hard selection over a set of rows, each rank taking whole blocks of them.
///
/// Every block is one rank's alone and blocks are added in their order, so no bit depends on the number of ranks
/// (with equally many OpenBLAS threads each).
public final class Validation {
  private let loader: RowLoader<Float>
  private let rows: [UInt32]
  private let evaluator: Evaluator<Float>
  // The loss of each block, then the weights, then the rows whose class was found.
  private var sums: [Double]

  /// Rows of a block.
  private static let blockSize = 128

  /// Validates `model` on `rows` of `dataset`.
  package init(model: Autoencoder<Float>, dataset: Dataset, rows: [UInt32]) {
    loader = RowLoader(dataset)
    self.rows = rows
    evaluator = Evaluator(model: model, maximumRows: Self.blockSize)
    sums = Array(repeating: 0, count: 3 * ((rows.count + Self.blockSize - 1) / Self.blockSize))
  }

  /// The sums over all rows, nil where there is none; every rank must call.
  public func evaluate(_ communicator: any Communicator) throws -> LossSums? {
    guard !rows.isEmpty else { return nil }
    evaluator.refreshSelection()
    let blocks = sums.count / 3
    for index in sums.indices { sums[index] = 0 }
    for block in EpochOrder.slice(of: 0..<blocks, rank: communicator.rank, worldSize: communicator.size) {
      let start = block * Self.blockSize
      let part = evaluate(start..<min(start + Self.blockSize, rows.count))
      sums[block] = part.loss
      sums[blocks + block] = part.weight
      sums[2 * blocks + block] = Double(part.correct)
    }
    // One rank's number and zeros: exact in any order.
    try communicator.allReduce(&sums, .sum)
    return LossSums(
      loss: sums[..<blocks].reduce(0, +), weight: sums[blocks..<2 * blocks].reduce(0, +),
      correct: Int(sums[(2 * blocks)...].reduce(0, +)))
  }

  /// The mean loss of each row, in the rows' order; every rank must call.
  package func rowLosses(_ communicator: any Communicator) throws -> [Double] {
    evaluator.refreshSelection()
    var losses = [Double](repeating: 0, count: rows.count)
    let blocks = sums.count / 3
    for block in EpochOrder.slice(of: 0..<blocks, rank: communicator.rank, worldSize: communicator.size) {
      let start = block * Self.blockSize
      let places = start..<min(start + Self.blockSize, rows.count)
      load(places)
      losses.withUnsafeMutableBufferPointer {
        evaluator.rowLosses(rowCount: places.count, into: $0.baseAddress! + start)
      }
    }
    // One rank's number and zeros: exact in any order.
    if !losses.isEmpty { try communicator.allReduce(&losses, .sum) }
    return losses
  }

  private func evaluate(_ places: Range<Int>) -> LossSums {
    load(places)
    return evaluator.evaluate(rowCount: places.count)
  }

  /// Loads rows into the evaluator, and what they are compared with.
  private func load(_ places: Range<Int>) {
    rows.withUnsafeBufferPointer { rows in
      let part = UnsafeBufferPointer(rebasing: rows[places])
      loader.load(part, into: evaluator.rows.base)
      loader.loadTargets(part, into: evaluator.targets)
    }
  }
}
