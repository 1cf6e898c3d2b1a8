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
  /// A `StreamingReader` applies `options.columns` itself; to other tables they are applied by the caller. Throws
  /// `DataError`, or what the format's faults are.
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
public struct TableOptions: Sendable, Hashable, Codable {
  /// The reader's format; empty: recognised by content.
  public var format = ""
  /// Which columns are features, and what others are for.
  public var columns = ColumnChoice()
  /// How a table of text is written.
  public var text = TextOptions()
  /// The directory for tables that are read once into the form to train from.
  public var cache = ""

  /// Options with nothing said.
  public init() {}
}
