/// One format of data: how it is recognised. A new format is a file with an `OpeningReader` or a `StreamingReader` and a
/// place in `TableReaders.all`.
package protocol TableReader: Sendable {
  /// What `--format` calls it.
  var format: String { get }

  /// Whether a file or directory that begins like this is of the format; no two readers take the same.
  func recognises(_ start: FileStart) -> Bool

  /// Whether the data bring a part of their own.
  func brings(_ part: DataPart, at path: String) -> Bool

  /// Whether a file of the format holds several arrays, of which one is named behind its path.
  var holdsArrays: Bool { get }
}

extension TableReader {
  /// A single table is its training part.
  package func brings(_ part: DataPart, at path: String) -> Bool { part == .training }

  /// One table a file.
  package var holdsArrays: Bool { false }
}

/// A reader of a format that can be trained from as it is, or some files of it; the rows of others are staged.
protocol OpeningReader: TableReader {
  /// Whether a file is trained from as it is. Throws `DataError`.
  func isForm(_ path: String) throws -> Bool

  /// Unpacks what is too large for each rank's memory into `cache`. Throws what `open` throws.
  func unpack(_ path: String, cache: String) throws

  /// Opens one part of the data, with all columns; nil when they do not bring that part.
  ///
  /// Throws `DataError`, or what the format's faults are.
  func open(_ path: String, part: DataPart, options: TableOptions) throws -> TablePart?
}

extension OpeningReader {
  /// Every one.
  func isForm(_ path: String) -> Bool { true }
}

/// A reader of files that cannot be trained from as they are: their rows are streamed once into a staged table.
protocol StreamingReader: TableReader {
  /// Whether somebody else's library reads the files, which damaged ones may crash: it is then kept in a process of its own.
  var isForeign: Bool { get }

  /// Passes the rows of `file`, or of one array in it, to what `begin` returns for the table's columns, which are chosen by `options`, and returns
  /// what was found out and is not plain, for the user.
  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String]
}

extension StreamingReader {
  /// This project's own.
  var isForeign: Bool { false }
}

/// The parts that data can bring.
package enum DataPart: String, Sendable, CaseIterable {
  /// Rows to train on; validation rows are split off these.
  case training
  /// Rows held out by whoever made the data.
  case test
}
