/// One part of the data: samples and, where known, what is to be told of each.
package struct TablePart: Sendable {
  /// The samples, `[rowCount, featureCount]`.
  package let table: any Table
  /// One class or value a sample; nil when the data has none.
  package let target: Target?
  /// How the rows are to be divided, as far as the data say so.
  package let division: RowDivision
  /// What was found out about the data and is not plain, for the user.
  package let notes: [String]

  /// Pairs `table` with a target of as many rows.
  package init(
    _ table: any Table, target: Target? = nil, division: RowDivision = .init(), notes: [String] = []
  ) {
    precondition(target.map { $0.count == table.rowCount } ?? true, "one target a sample")
    self.table = table
    self.target = target
    self.division = division
    self.notes = notes
  }

  /// The part with another note.
  func noting(_ note: String) -> TablePart {
    TablePart(table, target: target, division: division, notes: notes + [note])
  }
}
