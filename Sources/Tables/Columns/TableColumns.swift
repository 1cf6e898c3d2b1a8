/// The columns of a table that is read row by row, and what each is for.
package struct TableColumns: Sendable, Hashable {
  /// One name a column; nil where the table has none.
  package let names: [String]?
  /// What each column is for.
  package let roles: [ColumnChoice.Role]
  /// What the features are.
  package let kind: FeatureKind

  /// Columns of these roles; as many names as roles.
  package init(names: [String]?, roles: [ColumnChoice.Role], kind: FeatureKind) {
    precondition(names.map { $0.count == roles.count } ?? true, "one name a column")
    self.names = names
    self.roles = roles
    self.kind = kind
  }

  /// The columns that are features, in the table's order: those of a row that a `RowSink` takes.
  package var features: [Int] { roles.indices.filter { roles[$0] == .feature } }

  /// The name of the column with the rows' identifiers, empty where it has none; nil without such a column.
  package var idName: String? { roles.firstIndex(of: .id).map { names?[$0] ?? "" } }

  /// The features, which go by the numbers of their columns where names are missing and other columns are left out.
  package var schema: TableSchema {
    let columns = features
    let isEvery = columns.elementsEqual(0..<columns.count)
    let names = names.map { names in columns.map { names[$0] } } ?? (isEvery ? nil : columns.map(String.init))
    return TableSchema(count: columns.count, kind: kind, names: names)
  }
}
