import ConcreteAutoencoder
import RunStore
import Tables

extension StoredRun {
  /// Writes all features of each row of the table at `input` to `output`, rebuilt by the decoder from the selected ones, in
  /// the features' original units. The selected ones are written as they stand there; memory does not grow with rows.
  ///
  /// Throws what the reader throws, `MissingColumnsError`, `DataError` for a value that the model cannot take,
  /// `OutputFormError` and `FileError`; then nothing is written. `CheckpointError` for a model that finds classes.
  package func impute(_ input: String, options given: TableOptions, to output: String) throws -> TableUse {
    guard bundle.model.shape.outputsAreFeatures else {
      throw CheckpointError(
        path: modelPath,
        problem: "finds classes and rebuilds no features; give a run of --task reconstruct")
    }
    return try use(input, options: try options(given, standAlone: true)) { columns, wanted in
      try RowRebuilder(bundle, columns, wanted: wanted, input: input, output: output)
    }
  }
}

/// Rebuilds rows, some at a time, and writes them.
private final class RowRebuilder: RowUse {
  private let preprocessing: Preprocessing
  private let evaluator: Evaluator<Float>
  private let wanted: WantedColumns
  private let places: [Int]
  private let input: String
  private let writer: any TableWriter
  private var ids: [String] = []
  /// The values of the selected features of the rows under way, as they were read.
  private var given: [Float] = []
  private var waiting = 0
  private var rebuilt: [Float]
  private var use = TableUse()

  private static let blockSize = 128

  init(
    _ bundle: ModelBundle, _ columns: TableColumns, wanted: WantedColumns, input: String, output: String
  ) throws {
    self.wanted = wanted
    self.input = input
    preprocessing = bundle.data.preprocessing
    places = try wanted.places(in: columns, path: input)
    evaluator = Evaluator(model: bundle.model, maximumRows: Self.blockSize)
    rebuilt = Array(repeating: 0, count: wanted.schema.featureCount)
    let names = rebuilt.indices.map(wanted.title)
    writer = try TableWriters.begin(output, TableHeading(names: names, idName: columns.idName))
    use.columns = names.count
  }

  func append(id: String) { ids.append(id) }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    let row = evaluator.rows.base + waiting * rebuilt.count
    for (feature, place) in zip(wanted.features, places) {
      let value = features[place]
      let title = wanted.schema.title(of: feature)
      guard !value.isInfinite else { throw DataError.infinite(path: input, row: use.rows, column: title) }
      guard let scaled = preprocessing.scaled(value, feature: feature) else {
        throw DataError.neededValue(path: input, row: use.rows, column: title)
      }
      row[feature] = scaled
      given.append(value)
    }
    use.rows += 1
    waiting += 1
    if waiting == Self.blockSize { try flush() }
  }

  private func flush() throws {
    guard waiting > 0 else { return }
    let output = evaluator.decode(rowCount: waiting)
    for row in 0..<waiting {
      let values = output.row(row)
      for feature in rebuilt.indices {
        rebuilt[feature] = Float(preprocessing.restored(Double(values[feature]), feature: feature))
      }
      for (index, feature) in wanted.features.enumerated() {
        rebuilt[feature] = given[row * places.count + index]
      }
      try rebuilt.withUnsafeBufferPointer { try writer.append($0, id: ids.isEmpty ? "" : ids[row]) }
    }
    waiting = 0
    ids.removeAll(keepingCapacity: true)
    given.removeAll(keepingCapacity: true)
  }

  func finish() throws -> TableUse {
    try flush()
    try writer.finish()
    return use
  }
}
