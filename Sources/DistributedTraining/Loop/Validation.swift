import Communication
import ConcreteAutoencoder
import FeatureData
import LinearAlgebra

/// The loss of the hard selection over a set of rows, each rank taking its share.
public final class Validation {
  private let table: LabeledTable
  private let rows: [UInt32]
  private let evaluator: Evaluator<Float>
  private let labels: UnsafeMutableBufferPointer<UInt8>
  private let outputs: Int

  /// Rows evaluated at once.
  private static let chunk = 256

  /// Validates `model` on `rows` of `table`.
  public init(model: Autoencoder<Float>, table: LabeledTable, rows: [UInt32]) {
    self.table = table
    self.rows = rows
    evaluator = Evaluator(model: model, maximumRows: Self.chunk)
    labels = .allocate(capacity: Self.chunk)
    labels.initialize(repeating: 0)
    outputs = model.shape.objective == .reconstruction ? model.shape.featureCount : 1
  }

  deinit { labels.deallocate() }

  /// Mean loss (a squared error per feature, or a cross-entropy) and accuracy; every rank must call.
  public func evaluate(_ communicator: any Communicator) throws -> (loss: Double, accuracy: Double)? {
    guard !rows.isEmpty else { return nil }
    evaluator.refreshSelection()
    let share = EpochOrder.slice(of: 0..<rows.count, rank: communicator.rank, worldSize: communicator.size)
    var sums = [0.0, 0.0]
    var start = share.lowerBound
    while start < share.upperBound {
      let end = min(start + Self.chunk, share.upperBound)
      let part = evaluate(start..<end)
      sums[0] += part.loss
      sums[1] += Double(part.correct)
      start = end
    }
    try communicator.allReduce(&sums, .sum)
    return (sums[0] / Double(rows.count * outputs), sums[1] / Double(rows.count))
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
