import AtomicFile
import Foundation

/// What is known of a staged table beside its numbers; lies next to them as JSON.
package struct TableSidecar: Codable, Sendable {
  /// Where a table was read from.
  package struct Source: Codable, Sendable, Hashable {
    /// As it was given.
    package var path: String
    /// Its size and times.
    package var stamp: FileStamp
    /// SHA-256 of its bytes.
    package var sha256: String

    /// Hashes `file` while `body` reads it. Throws what it throws, and `StagingError.changed`.
    init(reading file: InputFile, _ body: () throws -> Void) throws {
      (path, stamp) = (file.path, try file.stamp())
      sha256 = try file.hashContent(while: body)
      guard try file.stamp() == stamp else { throw StagingError.changed(path: path) }
    }
  }

  /// The classes or values that are to be told.
  package struct Label: Codable, Sendable {
    /// The file with one `<i4` (place in `classes`) or `<f4` a row.
    package var file: String
    /// The names of the classes; `nil` for values.
    package var classes: [String]?
  }

  /// A value that is missing.
  package struct Place: Codable, Sendable, Hashable {
    /// The row, from 0.
    package var row: Int
    /// The feature, from 0.
    package var feature: Int
  }

  /// The files of a table that holds its values other than 0 alone, beside that of these values.
  package struct Entries: Codable, Sendable {
    /// How many values are held.
    package var count: Int
    /// The file with the feature of each, one `<u4` a value.
    package var columns: String
    /// The file with where each row begins, and the last ends, one `<i8` each.
    package var starts: String
  }

  /// The version of this form.
  package var version = Self.version
  /// The file with the numbers.
  package var data: String
  package var rows: Int
  /// Of a sparse table; `nil` where all values are held.
  package var entries: Entries?
  package var schema: TableSchema
  /// Missing values of each feature; `nil` where there are none.
  package var missing: [Int]?
  package var firstMissing: Place?
  package var label: Label?
  /// The part that each row is for, where the data say so.
  package var split: Label?
  /// The group of each row, where the data say so.
  package var group: Label?
  /// The weight of each row, where the data say so.
  package var weight: Label?
  /// The file with one identifier a line.
  package var identifiers: String?
  /// The data, as they were given.
  package var path: String
  /// The files that were read, in their order.
  package var sources: [Source]
  /// What was said about how to read it.
  package var options: TableOptions
  /// What was found out and is not plain, for the user.
  package var notes: [String]

  static let version = 3

  /// Where the sidecar of the numbers at `path` lies.
  static func path(beside path: String) -> String {
    (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".json"
  }

  /// The files that belong to the numbers, and these.
  var files: [String] {
    [
      data, entries?.columns, entries?.starts, label?.file, split?.file, group?.file, weight?.file,
      identifiers,
    ].compactMap(\.self)
  }

  /// Whether all files lie beside it: those of one from elsewhere are read, and removed where another table takes their place.
  private var isLocal: Bool {
    rows >= 0 && rows < 1 << 40 && (0..<1 << 48).contains(entries?.count ?? 0)
      && rows.multipliedReportingOverflow(by: 8 * max(1, schema.featureCount)).overflow == false
      && files.allSatisfy { !$0.isEmpty && !$0.contains("/") && $0 != "." && $0 != ".." }
  }

  /// Reads a sidecar; `nil` where there is none, one of another version, or one that names files elsewhere.
  package static func read(_ path: String) -> TableSidecar? {
    guard let data = FileManager.default.contents(atPath: path),
      let sidecar = try? JSONDecoder().decode(TableSidecar.self, from: data), sidecar.version == version,
      sidecar.isLocal
    else { return nil }
    return sidecar
  }

  /// Writes the sidecar as a whole; throws `FileError`.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(self), to: path)
  }
}
