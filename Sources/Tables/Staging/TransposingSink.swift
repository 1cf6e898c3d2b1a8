/// Takes the rows of a table whose rows are features, and passes its columns on as rows.
final class TransposingSink: RowSink {
  private let columns: TableColumns
  private let path: String
  private let spool: TransposedSpool
  /// The identifiers of the rows: the names of the features.
  private var names: [String] = []

  /// Rows of these columns; they are kept in `directory` meanwhile. Throws `FileError`.
  init(_ columns: TableColumns, path: String, directory: String) throws {
    self.columns = columns
    self.path = path
    spool = try TransposedSpool(
      width: columns.features.count, path: path, directory: directory, density: columns.density)
  }

  func append(id: String) { names.append(id) }
  func append(label: String, number: Float?) {}
  func append(_ features: UnsafeBufferPointer<Float>) throws { try spool.append(features) }

  /// Passes the columns on, with their names as identifiers. Throws what reading and the sink throw.
  func pass(_ options: TableOptions, to begin: (TableColumns) throws -> any RowSink) throws -> [String] {
    var notes = ColumnNames.makeUnique(&names)
    let found = names.isEmpty ? nil : names
    let samples = columns.names.map { names in columns.features.map { names[$0] } }
    var choice = options.columns
    choice.id = ""
    let given = try options.columnNames(found, count: spool.rowCount, path: path)
    if given == nil {
      notes.append("the rows have no names of features: --id names the column that has them")
    }
    let table = ArrayTable(
      path: path, columnCount: spool.rowCount, names: given, frame: samples.map { SampleNames(values: $0) },
      density: columns.density
    ) { body in try self.spool.forEachColumn(body) }
    return try notes + table.pass(choice, to: begin)
  }
}

/// The names of samples, as the one column beside the features.
private struct SampleNames: RowFrame {
  let values: [String]
  let names = ["sample"]
  let identifier: Int? = 0
  func column(_ place: Int) -> FrameColumn { .texts(values) }
}
