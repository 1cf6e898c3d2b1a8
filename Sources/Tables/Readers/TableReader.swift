/// One format of data: how it is recognised and opened. A new format is a file with one of these and a place in
/// `TableReaders.all`.
package protocol TableReader: Sendable {
  /// What `--format` calls it.
  var format: String { get }

  /// Whether a file or directory that begins like this is of the format; no two readers take the same.
  func recognises(_ start: FileStart) -> Bool

  /// Whether the data bring a part of their own.
  func brings(_ part: DataPart, at path: String) -> Bool

  /// Opens one part of the data; nil when they do not bring that part (a single table is its training part).
  ///
  /// A reader that finds the label column `options.label` itself (text, say) leaves it out of the table and returns it
  /// as the target; otherwise the column is taken from the table's numbers by the caller. Throws `DataError`.
  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart?
}

extension TableReader {
  /// A single table is its training part.
  package func brings(_ part: DataPart, at path: String) -> Bool { part == .training }
}

/// The parts that data can bring.
package enum DataPart: String, Sendable, CaseIterable {
  /// Rows to train on; validation rows are split off these.
  case training
  /// Rows held out by whoever made the data.
  case test
}

/// What the user said about how data are to be read.
public struct TableOptions: Sendable, Hashable {
  /// The reader's format; empty: recognised by content.
  public var format = ""
  /// The column with the classes or values, by name or number; empty: none.
  public var label = ""
  /// Whether data without the label column are taken as well.
  public var isLabelOptional = false

  /// Options with nothing said.
  public init() {}
}
