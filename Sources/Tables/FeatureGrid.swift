/// The image a row of features is laid out as, row by row.
public struct FeatureGrid: Sendable, Hashable {
  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int

  /// A grid of `rows` x `columns` features.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}
