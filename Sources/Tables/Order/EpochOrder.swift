import CounterRandom

/// The order in which an epoch visits the training rows, cut into global batches and ranks' slices of them.
///
/// The order is a function of seed, epoch and the rows alone, so every rank derives the same one without a
/// message, whatever the world size, and a resumed run goes on where it stopped.
package final class EpochOrder {
  /// Rows of a full global batch.
  package let batchSize: Int
  /// Batches an epoch; the last may be short.
  package let stepsPerEpoch: Int
  /// The epoch the order is of; nil before the first `prepare(epoch:)`.
  package private(set) var epoch: Int?

  private let rows: [UInt32]
  private var order: [UInt32]
  private let seed: UInt64

  /// Rows of an epoch.
  package var rowCount: Int { rows.count }

  /// Orders `rows`, the training rows of the table; all memory is taken here.
  ///
  /// Throws `DataError.batchSize` when `batchSize` is below 1 or above the number of rows.
  package init(rows: [UInt32], batchSize: Int, seed: UInt64) throws {
    guard batchSize >= 1, batchSize <= rows.count else {
      throw DataError.batchSize(batchSize, rowCount: rows.count)
    }
    self.rows = rows
    self.batchSize = batchSize
    self.seed = seed
    order = rows
    // Copies now: the two would share memory until the first shuffle otherwise.
    order.reserveCapacity(rows.count + 1)
    stepsPerEpoch = (rows.count - 1) / batchSize + 1
  }

  /// Puts the rows into the order of `epoch`, counted from 0; does nothing when they are in it.
  ///
  /// - Complexity: O(rows) when the epoch changes, else O(1). Allocates nothing.
  package func prepare(epoch: Int) {
    guard epoch != self.epoch else { return }
    order.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: rows) }
    order.shuffle(by: RandomStream(seed: seed, purpose: .epochOrder, step: epoch))
    self.epoch = epoch
  }

  /// The places in the epoch's order that batch `step`, counted from 0 within the epoch, takes.
  package func batch(step: Int) -> Range<Int> {
    precondition(step >= 0 && step < stepsPerEpoch, "step outside the epoch")
    return step * batchSize..<min((step + 1) * batchSize, rowCount)
  }

  /// The part of `globalBatch` that `rank` works on.
  ///
  /// From floor(count * rank / worldSize) up to the next rank's. Sizes differ by one at most; some are empty
  /// when there are more ranks than rows.
  package static func slice(of globalBatch: Range<Int>, rank: Int, worldSize: Int) -> Range<Int> {
    precondition(worldSize >= 1 && rank >= 0 && rank < worldSize, "rank outside the world")
    let count = globalBatch.count
    let lower = globalBatch.lowerBound + count * rank / worldSize
    let upper = globalBatch.lowerBound + count * (rank + 1) / worldSize
    return lower..<upper
  }

  /// Calls `body` with the rows of the table that stand at `places` in the order of the prepared epoch.
  ///
  /// The pointer is valid inside `body`, which must not call `prepare(epoch:)`. Allocates nothing.
  package func withRows<Result>(
    at places: Range<Int>, _ body: (UnsafeBufferPointer<UInt32>) throws -> Result
  ) rethrows -> Result {
    precondition(epoch != nil, "prepare(epoch:) comes first")
    return try order.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[places])) }
  }
}
