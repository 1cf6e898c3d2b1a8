import AtomicFile

/// Rows as a model sees them: a table, what is done to its values, what is to be told of each row, and which rows are
/// for what.
package struct Dataset: Sendable {
  /// The table, as it stands in the file.
  package let table: any Table
  /// One class or value a row; nil when the data have none.
  package let target: Target?
  /// How rows are to be divided, as far as the data say so.
  private let division: RowDivision
  /// What is done to the table's values.
  package let preprocessing: Preprocessing
  /// Rows to train on and rows held back.
  package let split: RowSplit
  /// Whether values are missing of which only the observed count.
  package let hasGaps: Bool
  /// What each row of the table counts, as multiples of about the mean; nil: all alike.
  package let weights: [Float]?
  /// What was found out about the data and is not plain, for the user.
  package let notes: [String]

  /// Puts the parts together; `missing` is how many values of the rows are.
  package init(_ part: TablePart, preprocessing: Preprocessing, split: RowSplit, missing: Int = 0) {
    precondition(preprocessing.scale.count == part.table.schema.featureCount, "one map a feature")
    table = part.table
    target = part.target
    division = part.division
    notes = part.notes
    self.preprocessing = preprocessing
    self.split = split
    hasGaps = preprocessing.countsObserved && missing > 0
    weights = part.division.scaledWeights
  }

  private init(_ other: Dataset, target: Target?, split: RowSplit) {
    (table, division, notes) = (other.table, other.division, other.notes)
    (preprocessing, hasGaps, weights) = (other.preprocessing, other.hasGaps, other.weights)
    (self.target, self.split) = (target, split)
  }

  /// The same with its rows divided otherwise.
  package func dividing(_ split: RowSplit) -> Dataset { Dataset(self, target: target, split: split) }

  /// Opens the rows to train on, holds some of them back, and fits the preprocessing to the others.
  ///
  /// Throws `DataError`.
  package init(training options: DatasetOptions) throws {
    let opened = try OpenedRows(options)
    self = opened.dataset(try opened.fit())
  }

  /// The same rows with the numbers that label them, scaled; throws `DataError.target`.
  package func predictingValues() throws -> (Dataset, ValueScaling) {
    let scaling = try ValueScaling(target, rows: split.training, path: table.path)
    let target = try scaling.scaled(
      target, rows: split.training + split.validation + split.test, path: table.path)
    return (Dataset(self, target: target, split: split), scaling)
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

  /// SHA-256 of features, targets, the division of rows and their weights, as they stand in the files.
  package func contentHash() throws -> String {
    let text = try table.contentHash() + (target?.contentHash ?? "") + division.contentHash
    return ContentHash.text(of: text)
  }
}

extension RowSplit {
  /// Divides the rows of a part as the options and the data say. Throws `DataError`.
  init(_ part: TablePart, _ options: DatasetOptions, testFraction: Double) throws {
    var rows = part.division.counted(Array(0..<UInt32(part.table.rowCount)))
    guard !rows.isEmpty || part.table.rowCount == 0 else {
      throw DataError.content(
        path: part.table.path, place: "", problem: "every row weighs 0 (--weight); choose another column")
    }
    if options.missing == .dropRows {
      rows = part.table.completeRows(of: rows)
      guard !rows.isEmpty else {
        throw DataError.content(
          path: part.table.path, place: "",
          problem: "every row lacks a value (--missing drop-rows); try drop-columns")
      }
    }
    try self.init(
      rows: rows, division: part.division, validationFraction: options.validationFraction,
      testFraction: testFraction)
  }
}
