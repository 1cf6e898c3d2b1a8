import Foundation

/// Names of columns.
enum ColumnNames {
  /// The lines of a file, blank ones left out. Throws `DataError`, and `TextTableError` for one that is no text.
  static func read(_ path: String) throws -> [String] {
    var bytes: [UInt8] = []
    try InputFile(path).forEachPiece { bytes += $0 }
    guard let lines = String(validating: bytes, as: UTF8.self) else {
      throw TextTableError(path: path, problem: .notText)
    }
    return lines.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  /// Gives repeated names a number behind, as pandas does; returns a note where there are any.
  static func makeUnique(_ names: inout [String]) -> [String] {
    var taken = Set(names)
    guard taken.count < names.count else { return [] }
    var seen: [String: Int] = [:]
    var renamed: [String] = []
    for column in names.indices {
      let name = names[column]
      guard var count = seen[name] else {
        seen[name] = 0
        continue
      }
      repeat { count += 1 } while !taken.insert("\(name).\(count)").inserted
      seen[name] = count
      names[column] = "\(name).\(count)"
      renamed.append(names[column])
    }
    return [
      "names that occur twice got a number behind: '\(renamed[0])'" + (renamed.count > 1 ? ", ..." : "")
    ]
  }
}
