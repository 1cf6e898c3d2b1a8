import ConcreteAutoencoder

/// Sums over the steps since the last line of metrics.
struct StepMeter {
  /// Losses since the last line, before this process began perhaps.
  private(set) var interval: LossSums
  private var steps = 0
  private var rows = 0
  private var mean = 0.0
  private var slowest = 0.0
  private let startTime: Double
  /// The mean loss of the last step's batch.
  private(set) var lastLoss = 0.0

  init(time: Double, carrying interval: LossSums) {
    startTime = time
    self.interval = interval
  }

  /// Adds a step of so many rows after its all-reduce. The statistics hold the ranks' times of the step before this one.
  mutating func add(_ totals: StepStatistics, rows: Int) {
    let sums = totals.losses
    steps += 1
    self.rows += rows
    interval += sums
    lastLoss = sums.mean
    let times = totals.stepMilliseconds
    mean += times.mean
    slowest += times.max
  }

  /// Milliseconds a step, over the ranks.
  var meanStepMilliseconds: MetricsRecord.Spread {
    let count = Double(max(1, steps))
    return MetricsRecord.Spread(mean: mean / count, max: slowest / count)
  }

  /// Rows a second over all ranks.
  func rowsPerSecond(until time: Double) -> Double { Double(rows) / max(1e-9, time - startTime) }
}
