import AtomicFile

/// Writes rows of numbers as they come; what it is written to appears whole with `finish`.
package protocol TableWriter: AnyObject {
  /// How names of files of this form end.
  static var suffix: String { get }

  /// Begins a table of these columns in `output`. Throws `FileError`.
  init(_ heading: TableHeading, to output: any ByteOutput) throws

  /// Takes a row, NaN where a value is missing, with its identifier where the table has them. Throws `FileError`.
  func append(_ values: UnsafeBufferPointer<Float>, id: String) throws

  /// Writes what is left and puts the table in place. Throws `FileError`.
  func finish() throws
}

/// The columns of a table that is written.
package struct TableHeading: Sendable {
  /// One name a column of numbers.
  package let names: [String]
  /// The name of the column with the rows' identifiers, which may be empty; nil without such a column.
  package let idName: String?

  /// Columns of these names.
  package init(names: [String], idName: String? = nil) {
    self.names = names
    self.idName = idName
  }
}
