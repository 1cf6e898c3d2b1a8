import Tables

/// Groups of features of which one at the most is selected.
enum FeatureGroups {
  /// The groups that a file names, a feature and its group a line; none without a file.
  static func read(_ file: String, _ schema: TableSchema, path: String) throws -> [[Int]] {
    guard !file.isEmpty else { return [] }
    var groups: [String: Set<Int>] = [:]
    for line in try FeatureList(file, schema, option: "one-of", path: path).lines {
      groups[line.text, default: []].formUnion(line.features)
    }
    return groups.values.map { $0.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
