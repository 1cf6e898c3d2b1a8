/// Losses added up since the last line of metrics: saved with a run, so that a cut leaves no trace in the next line.
public struct IntervalLoss: Sendable, Equatable {
  /// Rows.
  public var rows = 0
  /// The sum of their losses, each a mean over a row's terms.
  public var loss = 0.0

  /// No rows yet.
  public init() {}
}
