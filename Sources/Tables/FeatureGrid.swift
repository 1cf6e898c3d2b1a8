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

  /// Features on the grid.
  public var count: Int { rows * columns }

  /// The row of a feature, counted from 0 at the top.
  public func row(of feature: Int) -> Int { feature / columns }

  /// The column of a feature, counted from 0 at the left.
  public func column(of feature: Int) -> Int { feature % columns }

  /// The images of an array `[images, rows, columns]`; nil for an array of another number of dimensions.
  init?(dimensions: [Int]) {
    guard dimensions.count == 3 else { return nil }
    self.init(rows: dimensions[1], columns: dimensions[2])
  }
}
