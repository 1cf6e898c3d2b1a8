import AtomicFile

/// Writes rows of numbers as they come; what it is written to appears whole with `finish`.
package protocol TableWriter: AnyObject {
  /// How names of files of this form end.
  static var suffix: String { get }

  /// Begins a table of these columns in `output`. Throws `FileError`.
  init(_ heading: TableHeading, to output: any ByteOutput) throws

  /// Takes a row, NaN where a value is missing, with its texts. Throws `FileError`.
  func append(_ values: UnsafeBufferPointer<Float>, texts: [String]) throws

  /// Writes what is left and puts the table in place. Throws `FileError`.
  func finish() throws
}

/// The columns of a table that is written: those of text, such as rows' identifiers, then those of numbers.
package struct TableHeading: Sendable {
  /// One name a column of text, which may be empty.
  package let texts: [String]
  /// One name a column of numbers.
  package let names: [String]

  /// Columns of these names.
  package init(texts: [String] = [], names: [String]) {
    self.texts = texts
    self.names = names
  }
}
