/// Columns that are needed and that a table does not have.
package struct MissingColumnsError: Error, Sendable, Equatable {
  /// The table.
  package let path: String
  /// The names that are not there.
  package let missing: [String]
  /// How many were looked for.
  package let wanted: Int
  /// The names that are there.
  package let known: [String]
}

extension MissingColumnsError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String {
    let list = missing.map { "'\($0)'" }.joined(separator: ", ")
    let others = known.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (known.count > 5 ? ", ..." : "")
    return
      "\(path): \(missing.count) of the \(wanted) columns that are needed \(missing.count == 1 ? "is" : "are") not there: "
      + "\(list); it has \(others). Names must be equal to the letter: rename its columns, or give another table"
  }
}
