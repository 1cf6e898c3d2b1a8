/// A fault in a table of text: what is wrong, where it stands, and what to do.
package struct TextTableError: Error, Sendable, Equatable {
  /// The kinds of faults.
  package enum Problem: Sendable, Equatable {
    /// Nothing but blank lines.
    case blank
    /// UTF-16, or bytes that no text has.
    case notText
    /// The sample of a line that is longer than any table's.
    case lineTooLong(limit: Int)
    /// A line has more fields than a table may have columns.
    case tooManyColumns(limit: Int)
    /// A header without rows.
    case noRows
    /// A row that ends early.
    case shortRow(found: Int, expected: Int)
    /// A row with a field more than the table has columns.
    case longRow(expected: Int)
    /// A quote inside a field that does not begin with one.
    case strayQuote
    /// Something other than a separator after a closing quote.
    case textAfterQuote
    /// The end of the file, or a megabyte, inside quotes.
    case unterminatedQuote
    /// A megabyte without a separator.
    case fieldTooLong
    /// Text in a column of numbers.
    case notNumber
    /// An infinity, or a number beyond those of 32-bit floats.
    case notFinite
    /// Bytes that are not UTF-8 where text is needed.
    case notUTF8
    /// An identifier that goes over a line's end.
    case lineBreak
    /// A value of the column that divides rows that names no part.
    case noPart
    /// A value of the column of weights that is none.
    case noWeight
    /// A row without a label.
    case noLabel
    /// More classes than a class column has.
    case tooManyClasses(limit: Int)
    /// No number was found in any column of the sample.
    case noNumbers
  }

  /// The file.
  package let path: String
  /// What is wrong.
  package let problem: Problem
  /// The line the field begins on, from 1.
  package var line: Int?
  /// The column, from 1.
  package var column: Int?
  /// The column's name where the table has names.
  package var name: String?
  /// The field's first characters.
  package var field: String?

  /// The longest part of a field that is shown, in bytes.
  static let shownBytes = 60

  /// The start of `bytes` as it can be shown on one line.
  static func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(shownBytes), as: UTF8.self)
    let escaped = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7f ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return escaped.joined() + (bytes.count > shownBytes ? "..." : "")
  }
}

extension TextTableError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  package var description: String {
    var place = path
    if let line { place += ", line \(line)" }
    if let column { place += ", column \(column)" }
    if let name { place += " ('\(name)')" }
    return "\(place): \(text)"
  }

  private var found: String { field.map { "'\($0)'" } ?? "the field" }

  private var text: String {
    switch problem {
    case .blank: "holds blank lines only; write the table again"
    case .notText:
      "is not text in UTF-8 (UTF-16, or a binary file?); save it as CSV in UTF-8, or name its kind with --format"
    case .tooManyColumns(let limit): "has more than \(limit) columns, as many as are read: is it a table?"
    case .lineTooLong(let limit): "no line ends within \(limit >> 20) MiB: this is not a table of lines"
    case .noRows: "has a header and no rows below it; if the first line is data, say --header no"
    case .shortRow(let found, let expected):
      "the row ends after \(found) of \(expected) fields; complete it, or delete the line"
    case .longRow(let expected):
      "the row has more than \(expected) fields: \(found) is one too many; quote a field that has a separator in "
        + "it, or say which one separates with --separator"
    case .strayQuote:
      "a quote stands inside \(found), which does not begin with one; quote the whole field and double the quotes in it"
    case .textAfterQuote:
      "text follows the quote that closes \(found); double a quote that is part of the field"
    case .unterminatedQuote: "the quote that begins \(found) is never closed; close it"
    case .fieldTooLong:
      "\(found) goes on for a megabyte without a separator; say which one it is with --separator"
    case .notNumber:
      "\(found) is not a number, and the column holds numbers; correct it, leave it empty or name it with --missing-codes "
        + "if it is missing, or leave the column out with --exclude"
        + (field?.contains(",") ?? false
          ? "; --decimal comma reads it with decimals, --decimal point with thousands" : "")
    case .notFinite:
      "\(found) is infinite or beyond the numbers of 32-bit floats; correct it, or leave it empty if it is missing"
    case .notUTF8:
      "\(found) is not in UTF-8 (Latin-1?); convert the file, with `iconv -f latin1 -t utf-8` say"
    case .lineBreak: "the identifier \(found) goes over the end of a line; choose another --id column"
    case .noPart:
      "\(found) says no part of the data; --split needs \(RowDivision.Part.expectation) in each row"
    case .noWeight: "\(found) is no weight; --weight needs \(RowDivision.weightExpectation)"
    case .noLabel:
      "the label is missing; complete it, delete the row, or where no label is asked for leave its column out with --exclude"
    case .tooManyClasses(let limit):
      "more than \(limit) different labels, of which \(found) is one; is it the column that holds the classes?"
    case .noNumbers: "no column holds numbers; say what separates fields with --separator"
    }
  }
}
