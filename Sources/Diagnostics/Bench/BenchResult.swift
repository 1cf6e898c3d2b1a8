/// What a benchmark of one batch size found; times are those of the slowest rank.
public struct BenchResult: Codable, Sendable {
  /// Rows of the global batch.
  public var batchSize: Int
  /// Features.
  public var features: Int
  /// Selectors.
  public var k: Int
  /// Hidden layers.
  public var hidden: [Int]
  /// Groups of rows in the global batch that have noise of their own; 0: each row.
  public var noiseGroups: Int
  /// The temperature of the steps.
  public var temperature: Double
  /// How gradients are added up.
  public var reduction: String
  /// Micro-batches of a batch.
  public var microBatches: Int
  /// Ranks.
  public var ranks: Int
  /// OpenBLAS threads of a rank.
  public var threads: Int
  /// Kernels of products and loops.
  public var kernels: String
  /// Whether ranks of a node share one copy of the training state.
  public var sharesMemory: Bool
  /// What ranks of a node divide, features or rows; nil where each has all its node has.
  public var divides: String?
  /// Steps measured.
  public var steps: Int
  /// Milliseconds of a step: the median.
  public var stepMs: Double
  /// Milliseconds of a step: the 10th percentile.
  public var stepMsP10: Double
  /// Milliseconds of a step: the 90th percentile.
  public var stepMsP90: Double
  /// Medians of the parts of a step, in milliseconds.
  public var parts: [String: Double]
  /// Milliseconds that the step's matrix products alone take.
  public var floorMs: Double
  /// floorMs / stepMs.
  public var floorShare: Double
  /// Rows a second over all ranks.
  public var rowsPerSecond: Double
  /// Collectives a step between ranks, by kind.
  public var collectives: [String: Double]
  /// Bytes a step in this rank's collectives.
  public var bytes: Double
  /// Highest resident memory of a rank, in bytes; what ranks share counts in each of them.
  public var peakMemory: Int
  /// Memory of a rank after the steps, in bytes, with what ranks share divided between them: its part of the node's.
  public var ownMemory: Int
  /// Parameters + gradient + two moments + selection matrix, in bytes: what a rank needs at the least.
  public var stateMemory: Int
}
