import Tables

/// What was read and written when a run was used on another table.
package struct TableUse: Sendable, Equatable {
  /// Rows.
  package var rows = 0
  /// Columns that were written, identifiers aside.
  package var columns = 0
  /// SHA-256 of each file that was read.
  package var hashes: [String] = []
  /// Columns of the input that were not used, by name, identifiers aside.
  package var surplus: [String] = []
  /// What was found out and is not plain, for the user.
  package var notes: [String] = []
}

/// What does something with each row of a table.
protocol RowUse: RowSink {
  /// Ends the last row; writes what is left and puts the output in place.
  func finish() throws -> TableUse
}

extension RowUse {
  /// Labels are not written.
  func append(label: String, number: Float?) {}
}

extension StoredRun {
  /// Passes the rows of `input` to what `begin` makes for their columns and the features that are wanted of them.
  func use(
    _ input: String, options: TableOptions, begin: (TableColumns, WantedColumns) throws -> any RowUse
  ) throws -> TableUse {
    guard let wanted = options.columns.wanted else { preconditionFailure("options of the run") }
    var sink: (any RowUse)?
    var (surplus, hashes): ([String], [String]) = ([], [])
    let notes = try TableReaders.stream(input, options: options, hashed: { hashes.append($0) }) { columns in
      surplus = wanted.surplus(in: columns)
      let made = try begin(columns, wanted)
      sink = made
      return made
    }
    var use = try sink?.finish() ?? TableUse()
    (use.surplus, use.hashes) = (surplus, hashes)
    use.notes = notes + use.notes
    return use
  }
}
