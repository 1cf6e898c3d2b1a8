/// What a benchmark of one batch size found; times are those of the slowest rank.
package struct BenchResult: Codable, Sendable {
  /// Rows of the global batch.
  package var batchSize: Int
  /// Features.
  package var features: Int
  /// Selectors.
  package var k: Int
  /// Hidden layers.
  package var hidden: [Int]
  /// Groups of rows in the global batch that have noise of their own; 0: each row.
  package var noiseGroups: Int
  /// The temperature of the steps.
  package var temperature: Double
  /// Micro-batches of a batch.
  package var microBatches: Int
  /// Ranks.
  package var ranks: Int
  /// Kernels of products and loops.
  package var kernels: String
  /// Whether ranks of a node share one copy of the training state.
  package var sharesMemory: Bool
  /// Steps measured.
  package var steps: Int
  /// Milliseconds of a step: the median.
  package var stepMs: Double
  /// Milliseconds of a step: the 10th percentile.
  package var stepMsP10: Double
  /// Milliseconds of a step: the 90th percentile.
  package var stepMsP90: Double
  /// Medians of the parts of a step, in milliseconds.
  package var parts: [String: Double]
  /// Milliseconds that the step's matrix products alone take.
  package var floorMs: Double
  /// floorMs / stepMs.
  package var floorShare: Double
  /// Rows a second over all ranks.
  package var rowsPerSecond: Double
  /// Collectives a step between ranks, by kind.
  package var collectives: [String: Double]
  /// Bytes a step in this rank's collectives.
  package var bytes: Double
  /// Highest resident memory of a rank, in bytes; what ranks share counts in each of them.
  package var peakMemory: Int
  /// Memory of a rank after the steps, in bytes, with what ranks share divided between them: its part of the node's.
  package var ownMemory: Int
  /// Parameters + gradient + two moments + selection matrix, in bytes: what a rank needs at the least.
  package var stateMemory: Int
}
