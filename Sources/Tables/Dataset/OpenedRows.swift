/// The rows to train on, opened and divided, before it is known what is done to their values: of several ranks one finds that
/// out for all.
package struct OpenedRows: Sendable {
  private let part: TablePart
  private let split: RowSplit
  private let options: DatasetOptions

  /// What the features are.
  package var schema: TableSchema { part.table.schema }

  /// Opens the rows and holds some of them back. Throws `DataError`.
  package init(_ options: DatasetOptions) throws {
    guard var part = try TableReaders.open(options.path, part: .training, options: options.table) else {
      throw DataError.noPart(path: options.path, part: "training")
    }
    if options.missing == .dropColumns { part = try part.droppingIncompleteColumns() }
    let split = try RowSplit(
      part, options, testFraction: options.bringsTestPart() ? 0 : options.testFraction)
    let kept = split.training.count + split.validation.count + split.test.count
    let count = part.table.rowCount
    let counted = part.division.counted(Array(0..<UInt32(count))).count
    func verb(_ number: Int, _ one: String, _ many: String) -> String {
      number == 1 ? "\(one) and is left out" : "\(many) and are left out"
    }
    if counted < count {
      part = part.noting(
        "\(count - counted) of \(count) rows \(verb(count - counted, "weighs 0", "weigh 0"))")
    }
    if kept < counted {
      part = part.noting(
        "\(counted - kept) of \(counted) rows \(verb(counted - kept, "lacks values", "lack values"))")
    }
    (self.part, self.split, self.options) = (part, split, options)
  }

  /// Works out what is done to the values; reads all rows. Throws `DataError`.
  package func fit() throws -> Preprocessing.Fit {
    try Preprocessing.fit(
      part.table, split: split, method: options.scale, missing: options.missing,
      weights: part.division.scaledWeights)
  }

  /// The rows with what `fit` found, here or on another rank.
  package func dataset(_ fit: Preprocessing.Fit) -> Dataset {
    var part = part
    if fit.missing > 0 {
      let values = (split.training.count + split.validation.count + split.test.count) * schema.featureCount
      part = part.noting(
        "\(fit.missing) of \(values) values are missing: "
          + (fit.maps.countsObserved
            ? "losses and errors are taken over the others; the search by regression and what regressions are fitted to have "
              + "the columns' means in their place"
            : "their columns' means over the training rows take their place, and count as values"))
    }
    return Dataset(part, preprocessing: fit.maps, split: split, missing: fit.missing)
  }
}
