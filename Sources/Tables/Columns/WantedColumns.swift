/// Features of a model that are looked for in another table: by name in any order, by place where there are no names.
package struct WantedColumns: Sendable, Hashable, Codable {
  /// The features, ascending.
  package let features: [Int]
  /// All features of the model.
  package let schema: TableSchema
  /// Whether a table without names may hold these features alone, in this order.
  package let standAlone: Bool
  /// Whether the identifiers that the choice of columns names may be missing.
  package var isIDOptional = false

  /// The different ones among `features`.
  package init(_ features: [Int], of schema: TableSchema, standAlone: Bool) {
    self.features = Set(features).sorted()
    self.schema = schema
    self.standAlone = standAlone
  }

  /// What the features are called in files: their names, `feature_12` where they have none.
  package var titles: [String] { features.map(title) }

  /// What a feature of the model is called in files.
  package func title(_ feature: Int) -> String { schema.names?[feature] ?? "feature_\(feature)" }

  /// The columns of the features, in their order, found by name; nil where the table or the model has no names.
  ///
  /// Throws `MissingColumnsError`, which names all that are not there.
  func named(_ names: [String]?, path: String) throws -> [Int]? {
    guard let names else { return nil }
    let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    let found = titles.map { places[$0] }
    if schema.names == nil, found.contains(nil) { return nil }
    let missing = zip(titles, found).filter { $1 == nil }.map(\.0)
    guard missing.isEmpty else {
      throw MissingColumnsError(path: path, missing: missing, wanted: features.count, known: names)
    }
    return found.map { $0! }
  }

  /// The columns of the features, in their order, by the places of a table's `columns`.
  ///
  /// Throws `DataError.otherFeatures` where these are as many as neither the model's features nor, where they may stand
  /// alone, the wanted ones.
  func placed(_ columns: [Int], path: String) throws -> [Int] {
    if columns.count == schema.featureCount { return features.map { columns[$0] } }
    if standAlone, columns.count == features.count { return columns }
    // The names of a table without a header are the numbers of its columns.
    let numbers = schema.names.map { names in features.compactMap { Int(names[$0]) } } ?? []
    if numbers.count == features.count, numbers.allSatisfy(columns.contains) { return numbers }
    let expected =
      standAlone ? "\(features.count) selected or all \(schema.featureCount)" : "\(schema.featureCount)"
    throw DataError.otherFeatures(
      path: path,
      problem:
        "has \(columns.count) columns without the model's names, so they are taken by place, and must be the "
        + "\(expected); leave others out with --id, --label or --exclude, or give a header")
  }

  /// The places of the features, in their order, among the features of a table whose columns were chosen for them.
  package func places(in columns: TableColumns, path: String) throws -> [Int] {
    let chosen = columns.features
    let found = try named(columns.names, path: path) ?? placed(chosen, path: path)
    let places = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1, $0) })
    return found.map { places[$0]! }
  }

  /// The names of columns that are neither wanted nor identifiers; none where there are no names.
  package func surplus(in columns: TableColumns) -> [String] {
    guard let names = columns.names else { return [] }
    let wanted = Set(titles)
    return names.indices.filter { columns.roles[$0] != .id && !wanted.contains(names[$0]) }.map { names[$0] }
  }
}
