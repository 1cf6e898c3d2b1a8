/// Rows that a trained model is tried on, and where they come from.
package struct HeldOutRows: Sendable {
  /// The rows' table, with the model's preprocessing and the codes of its classes.
  package let dataset: Dataset
  /// The rows.
  package let rows: [UInt32]
  /// Which part of the data they are: `test`, `test-fraction`, `all`.
  package let part: String

  /// Rows of a dataset that was opened for it.
  package init(dataset: Dataset, rows: [UInt32], part: String) {
    self.dataset = dataset
    self.rows = rows
    self.part = part
  }

  /// The variance of the numbers that label the rows, as the dataset scales them; 0 where there are none.
  package var valueVariance: Double {
    guard case .values(let values)? = dataset.target, !rows.isEmpty else { return 0 }
    let labels = rows.map { Double(values[Int($0)]) }
    let mean = labels.reduce(0, +) / Double(labels.count)
    return labels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(labels.count)
  }
}

extension Dataset {
  /// Opens rows that a model was not trained on: the test part that the data bring; of the training data themselves the
  /// rows that were held out; of other data all rows.
  ///
  /// Throws `DataError` where there are none, or they do not have the features or labels of the model.
  package static func heldOut(_ options: DatasetOptions, of model: DataDescription, needsTarget: Bool) throws
    -> HeldOutRows
  {
    var options = options
    // A label that nobody asks for may be missing.
    if !needsTarget { options.table.columns.isLabelOptional = true }
    options.table.columns.isDivisionOptional = true
    let path = options.test.isEmpty ? options.path : options.test
    func open(_ part: DataPart) throws -> TablePart? {
      try options.table.readForModel { try TableReaders.open(path, part: part, options: $0) }
    }
    let brought = try options.test.isEmpty ? open(.test) : nil
    guard var part = try brought ?? open(.training) else {
      throw DataError.noPart(path: path, part: "training")
    }
    part = model.columns(of: part)
    try model.requireFeatures(of: part.table)
    let isOwn = brought == nil && options.test.isEmpty
    let own = Dataset(part, preprocessing: model.preprocessing, split: RowSplit(training: []))
    let all = part.division.counted(Array(0..<UInt32(part.table.rowCount)))
    var (rows, name) = (all, brought == nil && options.test.isEmpty ? "all" : "test")
    if try isOwn && own.contentHash() == model.contentHash {
      let split = try RowSplit(part, options, testFraction: options.testFraction)
      (rows, name) = (split.test, split.testName)
      guard !rows.isEmpty else {
        throw DataError.target(
          path: path, problem: "the model was trained on all of its rows (--test-fraction 0): give other data"
        )
      }
    }
    if options.missing == .dropRows { rows = part.table.completeRows(of: rows) }
    let missing = try model.preprocessing.check(part.table, rows: rows)
    let target = try needsTarget ? model.target(part.target, rows: rows, path: path) : part.target
    return HeldOutRows(
      dataset: Dataset(
        TablePart(part.table, target: target, division: part.division), preprocessing: model.preprocessing,
        split: own.split,
        missing: missing),
      rows: rows, part: name)
  }
}

extension TableOptions {
  /// Reads a table for a model, which may have columns of text that the training data had not: without these then.
  package func readForModel<Outcome>(_ read: (TableOptions) throws -> Outcome) throws -> Outcome {
    do {
      return try read(self)
    } catch let error as ColumnChoiceError {
      guard case .text = error.problem else { throw error }
      var others = self
      others.columns.textColumns = .drop
      return try read(others)
    }
  }
}

extension DataDescription {
  /// A part with the model's columns alone and in the model's order, where both have names.
  func columns(of part: TablePart) -> TablePart {
    let schema = part.table.schema
    // What has no names goes by numbers, as it does where columns are left out.
    guard let mine = self.schema.names, mine.count < schema.featureCount || schema.names != nil,
      mine != schema.names
    else { return part }
    let theirs = schema.names ?? (0..<schema.featureCount).map(String.init)
    let places = Dictionary(theirs.enumerated().map { ($1, $0) }) { first, _ in first }
    let found = mine.compactMap { places[$0] }
    guard found.count == mine.count, Set(found).count == found.count else { return part }
    return TablePart(
      ColumnView(part.table, columns: found, names: theirs), target: part.target, division: part.division,
      notes: part.notes)
  }

  /// Throws `DataError.otherFeatures` unless a table has these features in this order.
  func requireFeatures(of table: any Table) throws {
    func fail(_ problem: String) -> DataError { .otherFeatures(path: table.path, problem: problem) }
    if let mine = schema.names, let theirs = table.schema.names, case let known = Set(theirs),
      case let missing = mine.filter({ !known.contains($0) }), !missing.isEmpty
    {
      throw MissingColumnsError(path: table.path, missing: missing, wanted: mine.count, known: theirs)
    }
    guard table.schema.featureCount == schema.featureCount else {
      throw fail(
        "has \(table.schema.featureCount) features a row, the model \(schema.featureCount): it is another kind of "
          + "data than the model was trained on")
    }
    guard let mine = schema.names, let theirs = table.schema.names else { return }
    if let place = mine.indices.first(where: { mine[$0] != theirs[$0] }) {
      throw fail("column \(place) is '\(theirs[place])', but the model's is '\(mine[place])'")
    }
  }

  /// The labels of other rows as the model has them; throws `DataError.target` where it cannot.
  func target(_ target: Target?, rows: [UInt32], path: String) throws -> Target {
    try valueScaling.map { try $0.scaled(target, rows: rows, path: path) } ?? coded(target, path: path)
  }

  /// The classes of other rows in the codes of these; throws `DataError.target` for a class that is not among them.
  func coded(_ target: Target?, path: String) throws -> Target {
    guard let classes, case .classes(let codes, let names)? = target else {
      throw DataError.target(
        path: path,
        problem: "has no classes, and the model finds them: --label names the column that holds them")
    }
    let places = Dictionary(classes.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
    let recoded = try codes.map { code in
      guard let place = places[names[Int(code)]] else {
        throw DataError.target(
          path: path,
          problem: "has rows of class '\(names[Int(code)])', and the model finds \(classes.count) classes "
            + "without it")
      }
      return place
    }
    return .classes(codes: recoded, names: classes)
  }
}
