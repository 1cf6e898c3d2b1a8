import Communication
import ConcreteAutoencoder
import LinearAlgebra
import Tables

/// The loss of the hard selection over a set of rows, each rank taking whole blocks of them.
///
/// Every block is one rank's alone and blocks are added in their order, so no bit depends on the number of ranks
/// (with equally many OpenBLAS threads each).
public final class Validation {
  private let table: LabeledTable
  private let rows: [UInt32]
  private let evaluator: Evaluator<Float>
  private let labels: UnsafeMutableBufferPointer<UInt8>
  private let outputs: Int
  // The loss of each block, then the rows classified rightly.
  private var sums: [Double]

  /// Rows of a block.
  private static let blockSize = 128

  /// Validates `model` on `rows` of `table`.
  public init(model: Autoencoder<Float>, table: LabeledTable, rows: [UInt32]) {
    self.table = table
    self.rows = rows
    evaluator = Evaluator(model: model, maximumRows: Self.blockSize)
    labels = .allocate(capacity: Self.blockSize)
    labels.initialize(repeating: 0)
    sums = Array(repeating: 0, count: 2 * ((rows.count + Self.blockSize - 1) / Self.blockSize))
    outputs = model.shape.objective == .reconstruction ? model.shape.featureCount : 1
  }

  deinit { labels.deallocate() }

  /// Mean loss (a squared error per feature, or a cross-entropy) and accuracy; every rank must call.
  public func evaluate(_ communicator: any Communicator) throws -> (loss: Double, accuracy: Double)? {
    guard !rows.isEmpty else { return nil }
    evaluator.refreshSelection()
    let blocks = sums.count / 2
    for index in sums.indices { sums[index] = 0 }
    for block in EpochOrder.slice(of: 0..<blocks, rank: communicator.rank, worldSize: communicator.size) {
      let start = block * Self.blockSize
      let part = evaluate(start..<min(start + Self.blockSize, rows.count))
      sums[block] = part.loss
      sums[blocks + block] = Double(part.correct)
    }
    // One rank's number and zeros: exact in any order.
    try communicator.allReduce(&sums, .sum)
    let loss = sums[..<blocks].reduce(0, +)
    let correct = sums[blocks...].reduce(0, +)
    return (loss / Double(rows.count * outputs), correct / Double(rows.count))
  }

  private func evaluate(_ places: Range<Int>) -> BatchSums {
    rows.withUnsafeBufferPointer { rows in
      let part = UnsafeBufferPointer(rebasing: rows[places])
      table.features.copyRows(part, into: evaluator.rows.base)
      if let all = table.labels { for (index, row) in part.enumerated() { labels[index] = all[Int(row)] } }
      return evaluator.evaluate(rowCount: part.count, labels: UnsafePointer(labels.baseAddress!))
    }
  }
}
