import AtomicFile
import Foundation

/// What the user said about how data are to be read.
public struct TableOptions: Sendable, Hashable, Codable {
  /// The reader's format; empty: recognised by content.
  public var format = ""
  /// A file with the names of the columns, one a line; empty: as the data have them.
  public var names = ""
  /// What the data themselves have for names: a column of `var` in AnnData, an array beside the table in NPZ; empty: the
  /// usual.
  public var namesFrom = ""
  /// Whether features stand in the file's rows, and samples in its columns.
  public var transpose = false
  /// Which columns are features, and what others are for.
  public var columns = ColumnChoice()
  /// How a table of text is written.
  public var text = TextOptions()
  /// The directory for tables that are read once into the form to train from.
  public var cache = ""

  /// Options with nothing said.
  public init() {}

  /// What the content of a staged table depends on.
  func content() throws -> TableOptions {
    var copy = self
    copy.columns.include = try columns.include.expanded()
    copy.columns.exclude = try columns.exclude.expanded()
    copy.names =
      names.isEmpty ? "" : ContentHash.text(of: try ColumnNames.read(names).joined(separator: "\n"))
    copy.cache = ""
    copy.format = ""
    copy.columns.isLabelOptional = false
    copy.columns.isDivisionOptional = false
    return copy
  }

  /// The same as text.
  func contentText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(content()), as: UTF8.self)
  }

  /// The names of `count` columns that the data call `found`: those of the file of names, if there is one.
  ///
  /// Throws `ColumnChoiceError` where these are not as many.
  func columnNames(_ found: [String]?, count: Int, path: String) throws -> [String]? {
    guard !names.isEmpty else { return found }
    var given = try ColumnNames.read(names)
    guard given.count == count else {
      throw ColumnChoiceError(path: path, problem: .nameCount(file: names, found: given.count, count: count))
    }
    _ = ColumnNames.makeUnique(&given)
    return given
  }
}
