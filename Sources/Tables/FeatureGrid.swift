/// The image a row of features is laid out as, row by row.
public struct FeatureGrid: Sendable, Hashable, Codable {
  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int

  /// A grid of `rows` x `columns` features.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The images of an array `[images, rows, columns]`; nil for an array of another number of dimensions.
  init?(dimensions: [Int]) {
    guard dimensions.count == 3 else { return nil }
    self.init(rows: dimensions[1], columns: dimensions[2])
  }
}
