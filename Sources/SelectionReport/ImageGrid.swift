/// How the features of a dataset lie on an image: row-major, `feature = row * columns + column`.
public struct ImageGrid: Codable, Sendable, Equatable {
  /// The number of image rows.
  public let rows: Int
  /// The number of image columns.
  public let columns: Int

  /// Makes a grid; both sides must be at least 1.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 1 && columns >= 1, "an image grid needs at least one row and one column")
    self.rows = rows
    self.columns = columns
  }

  /// The number of features on the grid.
  public var count: Int { rows * columns }

  /// The row of a feature, counted from 0 at the top.
  public func row(of feature: Int) -> Int { feature / columns }

  /// The column of a feature, counted from 0 at the left.
  public func column(of feature: Int) -> Int { feature % columns }
}
