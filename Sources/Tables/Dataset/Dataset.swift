import AtomicFile

/// Rows as a model sees them: a table, what is done to its values, what is to be told of each row, and which rows are
/// for what.
package struct Dataset: Sendable {
  /// The table, as it stands in the file.
  package let table: any Table
  /// One class or value a row; nil when the data have none.
  package let target: Target?
  /// What is done to the table's values.
  package let preprocessing: Preprocessing
  /// Rows to train on and rows held back.
  package let split: RowSplit
  /// What was found out about the data and is not plain, for the user.
  package let notes: [String]

  /// Puts the parts together.
  package init(_ part: TablePart, preprocessing: Preprocessing, split: RowSplit) {
    precondition(preprocessing.scale.count == part.table.schema.featureCount, "one map a feature")
    table = part.table
    target = part.target
    notes = part.notes
    self.preprocessing = preprocessing
    self.split = split
  }

  /// Opens the rows to train on, holds some of them back, and fits the preprocessing to the others.
  ///
  /// Throws `DataError`.
  package init(training options: DatasetOptions) throws {
    guard let part = try TableReaders.open(options.path, part: .training, options: options.table) else {
      throw DataError.noPart(path: options.path, part: "training")
    }
    let split = try RowSplit(
      rowCount: part.table.rowCount, validationFraction: options.validationFraction,
      testFraction: options.bringsTestPart() ? 0 : options.testFraction)
    let preprocessing = try Preprocessing.fit(
      part.table, split: split, method: options.scale, missing: options.missing)
    self.init(part, preprocessing: preprocessing, split: split)
  }

  /// What the features are.
  package var schema: TableSchema { table.schema }

  /// What a model needs to know of the data it was trained on. Reads everything.
  ///
  /// Throws `DataError` when the table cannot be read any more.
  package func description() throws -> DataDescription {
    DataDescription(
      schema: schema, preprocessing: preprocessing, classes: target?.classNames,
      contentHash: try contentHash(),
      trainingRows: split.training.count)
  }

  /// SHA-256 of features and targets, as they stand in the files.
  package func contentHash() throws -> String {
    let text = try table.contentHash() + (target?.contentHash ?? "")
    return ContentHash.text(of: text)
  }
}
