/// The columns of a table that is read row by row, and what each is for.
package struct TableColumns: Sendable, Hashable, Codable {
  /// One name a column; nil where the table has none.
  package let names: [String]?
  /// What each column is for.
  package let roles: [ColumnChoice.Role]
  /// What the features are.
  package let kind: FeatureKind
  /// How the first columns, if they all are features, lie on an image; nil where they are no pixels.
  package let grid: FeatureGrid?
  /// The share of the values that the data hold; where this is 1, none are left out.
  let density: Double

  /// Columns of these roles; as many names as roles.
  package init(
    names: [String]?, roles: [ColumnChoice.Role], kind: FeatureKind, grid: FeatureGrid? = nil,
    density: Double = 1
  ) {
    precondition(names.map { $0.count == roles.count } ?? true, "one name a column")
    self.names = names
    self.roles = roles
    self.kind = kind
    self.grid = grid
    self.density = density
  }

  /// Whether rows take less room without their zeros: a value that is held has its column beside it.
  var isSparse: Bool { Self.isSparse(density: density) }

  /// The same of rows with such a share of values.
  static func isSparse(density: Double) -> Bool { density < 0.5 }

  /// The columns that are features, in the table's order: those of a row that a `RowSink` takes.
  package var features: [Int] { roles.indices.filter { roles[$0] == .feature } }

  /// The name of the column with the rows' identifiers, empty where it has none; nil without such a column.
  package var idTitles: [String] { roles.firstIndex(of: .id).map { [names?[$0] ?? ""] } ?? [] }

  /// The features, which go by the numbers of their columns where names are missing and other columns are left out.
  package var schema: TableSchema {
    let columns = features
    let isEvery = columns.elementsEqual(0..<columns.count)
    let names = names.map { names in columns.map { names[$0] } } ?? (isEvery ? nil : columns.map(String.init))
    let isGrid = isEvery && grid.map { $0.rows * $0.columns == columns.count } ?? false
    return TableSchema(count: columns.count, kind: kind, names: names, grid: isGrid ? grid : nil)
  }

  /// The same as numbers of any kind: what several files, of which some may hold others than bytes, have in common.
  var asNumbers: TableColumns {
    TableColumns(names: names, roles: roles, kind: .number, grid: grid, density: density)
  }

  /// Throws `DataError.content` unless these are the columns of the first of several files.
  func requireEqual(_ first: TableColumns, path: String, firstPath: String) throws {
    func fail(_ problem: String) -> DataError { .content(path: path, place: "", problem: problem) }
    guard roles.count == first.roles.count else {
      throw fail(
        "has \(roles.count) columns, but \(firstPath) \(first.roles.count): files of one table have equal columns"
      )
    }
    guard let mine = names, let theirs = first.names else {
      guard names == nil, first.names == nil else {
        throw fail("has \(names == nil ? "no names of columns" : "names"), unlike \(firstPath); see --header")
      }
      return
    }
    if let place = mine.indices.first(where: { mine[$0] != theirs[$0] }) {
      throw fail(
        "column \(place + 1) is '\(mine[place])', but '\(theirs[place])' in \(firstPath): files of one table have equal "
          + "columns in the same order")
    }
    if let place = roles.indices.first(where: { roles[$0] != first.roles[$0] }) {
      throw fail(
        "column \(place + 1) ('\(mine[place])') holds text where \(firstPath) has numbers, or the other way round"
      )
    }
  }
}
