import AtomicFile
import Foundation
import Tables

extension Selection {
  /// The selection as comma-separated values with a header line, one line a selector.
  ///
  /// Columns: `selector,feature,row,column,name,probability`, empty where the dataset has no places or
  /// names. Fields are quoted as in RFC 4180; lines end in a line feed. Probabilities are written with the
  /// fewest digits that read back as the same number. Where reasons are known, `rank`, `importance` and two stand-ins with
  /// their correlations follow.
  public func csv() -> String {
    var text = "selector,feature,row,column,name,probability"
    if hasReasons { text += ",rank,importance,stand_in_1,correlation_1,stand_in_2,correlation_2" }
    text += "\n"
    for item in features {
      var fields = [
        "\(item.selector)", "\(item.feature)", item.row.map(String.init) ?? "",
        item.column.map(String.init) ?? "", CSVField.quoted(item.name ?? ""), "\(item.probability)",
      ]
      if hasReasons {
        fields += [item.rank.map(String.init) ?? "", item.importance.map { "\($0)" } ?? ""]
        let standIns = item.standIns ?? []
        for place in 0..<2 {
          let other = standIns.indices.contains(place) ? standIns[place] : nil
          fields += [CSVField.quoted(other?.title ?? ""), other.map { "\($0.correlation)" } ?? ""]
        }
      }
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
