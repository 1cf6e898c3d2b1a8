import AtomicFile
import Foundation
import Tables

extension Selection {
  /// The selection as comma-separated values with a header line, one line a selector.
  ///
  /// Columns: `selector,feature,row,column,name,probability`, empty where the dataset has no places or
  /// names. Fields are quoted as in RFC 4180; lines end in a line feed. Probabilities are written with the
  /// fewest digits that read back as the same number.
  public func csv() -> String {
    var text = "selector,feature,row,column,name,probability\n"
    for item in features {
      let fields = [
        "\(item.selector)", "\(item.feature)", item.row.map(String.init) ?? "",
        item.column.map(String.init) ?? "", CSVField.quoted(item.name ?? ""), "\(item.probability)",
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  /// Writes `csv()` to a file, all of it or nothing.
  ///
  /// - Throws: `FileError` when the file cannot be written; a file that was there stays as it was.
  public func write(csv url: URL) throws {
    try AtomicFile.write(csv(), to: url.path)
  }
}
