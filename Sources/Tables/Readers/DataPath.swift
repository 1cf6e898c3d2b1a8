import Foundation

/// A file or directory with data and, in a file that holds several arrays, which one: `cells.h5ad:layers/counts`.
struct DataPath: Sendable, Hashable {
  /// The file or directory.
  let file: String
  /// The array in it, behind the colon; empty: the one that the format has for the table.
  let array: String

  /// Reads a path as it was given; what exists as a whole has no array.
  init(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: Int.max, omittingEmptySubsequences: false)
    let split =
      Self.exists(text)
      ? nil : (1..<max(1, parts.count)).last { Self.exists(parts[..<$0].joined(separator: ":")) }
    file = split.map { parts[..<$0].joined(separator: ":") } ?? text
    array = split.map { parts[$0...].joined(separator: ":") } ?? ""
  }

  /// The paths of a setting, which have commas between them; what exists as a whole is one.
  static func list(_ text: String) -> [DataPath] {
    let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
    let isOne = parts.count < 2 || exists(text)
    return isOne ? [DataPath(text)] : parts.map { DataPath($0) }
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Opens the file; nil for a directory. Throws `DataError`.
  func open() throws -> InputFile? {
    do {
      return try InputFile(file)
    } catch DataError.directory {
      return nil
    } catch DataError.missing {
      throw DataError.noData(path: file)
    }
  }

  /// The same from the root of the file system.
  var absolute: String {
    URL(fileURLWithPath: file).standardizedFileURL.path + (array.isEmpty ? "" : ":" + array)
  }
}
