extension TableSchema {
  /// The features that names, numbers or patterns of an option mean, ascending. Throws `ColumnChoiceError` for one that
  /// means none, and `DataError` where a file of them cannot be read.
  package func features(_ patterns: ColumnPatterns, option: String, path: String) throws -> [Int] {
    let lookup = ColumnLookup(names: names, count: featureCount)
    var found: Set<Int> = []
    for pattern in try patterns.expanded().texts {
      let features = lookup.columns(pattern)
      guard !features.isEmpty else {
        throw ColumnChoiceError(
          path: path,
          problem: .unknown(option: option, name: pattern, count: featureCount, known: lookup.near(pattern)))
      }
      found.formUnion(features)
    }
    return found.sorted()
  }
}
