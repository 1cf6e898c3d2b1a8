/// A choice of columns that a table cannot satisfy.
package struct ColumnChoiceError: Error, Sendable, Equatable {
  /// What is wrong with it.
  package enum Problem: Sendable, Equatable {
    /// A name, number or pattern that fits no column; some names that there are.
    case unknown(option: String, name: String, count: Int, known: [String])
    /// A name that several columns have where one is needed.
    case ambiguous(option: String, name: String, count: Int)
    /// A column cannot be two things.
    case twice(name: String)
    /// A file with more or fewer names than there are columns.
    case nameCount(file: String, found: Int, count: Int)
    /// Columns of text among the features: the first names, how many there are, and what the first holds.
    case text(names: [String], count: Int, example: TextExample?)
    /// Columns of text that a model takes as numbers.
    case wantedText(names: [String])
    /// No column is left to select from.
    case noFeatures(textColumns: Int)
  }

  /// The table.
  package let path: String
  /// What is wrong.
  package let problem: Problem
}

extension ColumnChoiceError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String {
    switch problem {
    case .unknown(let option, let name, let count, let known):
      "\(path): --\(option) '\(name)' is no column of its \(count)"
        + (known.isEmpty
          ? ", which have no names: give a number from 0"
          : "; there are \(Self.list(known, of: count)); * and ? stand for anything")
    case .ambiguous(let option, let name, let count):
      "\(path): --\(option) '\(name)' fits \(count) columns; give the number of one, from 0"
    case .twice(let name):
      "\(path): '\(name)' is named for two things (--id, --label, --split, --group, --weight); choose two columns"
    case .nameCount(let file, let found, let count):
      "\(path): has \(count) columns, but \(file) (--names) has \(found) names; give one a line for each, those that are no "
        + "features as well"
    case .text(let names, let count, let example):
      "\(path): \(count == 1 ? "a column holds" : "\(count) columns hold") text: \(Self.list(names, of: count))"
        + (example.map { " ('\($0.text)' on line \($0.line)\(count == 1 ? "" : ", in the first"))" } ?? "")
        + "; "
        + (example?.advice.map { "\($0); or " } ?? "")
        + "leave \(count == 1 ? "it" : "them") out with --text-columns drop or --exclude, or say what "
        + "\(count == 1 ? "it is" : "they are") with --label or --id"
    case .wantedText(let names):
      "\(path): \(Self.list(names, of: names.count)) \(names.count == 1 ? "holds" : "hold") text where the model takes "
        + "numbers; give a table with numbers there"
    case .noFeatures(let textColumns):
      "\(path): no column is left to select from"
        + (textColumns > 0
          ? ": \(textColumns) \(textColumns == 1 ? "holds" : "hold") text; say how fields are separated with --separator"
          : "")
    }
  }

  private static func list(_ names: [String], of count: Int) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ") + (count > names.count ? ", ..." : "")
  }
}
