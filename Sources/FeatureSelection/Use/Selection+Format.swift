import Foundation
import SelectionReport
import Tables

/// A form that a selection is printed in. A new one is a case and its bytes.
package enum SelectionFormat: String, Sendable, CaseIterable {
  /// Aligned text for a terminal.
  case table
  /// Comma-separated values with a header.
  case csv
  /// JSON with a summary.
  case json
  /// A name, else a number, a line.
  case names
  /// A NumPy array of the features' numbers, int64.
  case npy

  /// The bytes of a selection in this form. Throws `EncodingError`.
  package func bytes(of selection: Selection) throws -> Data {
    switch self {
    case .table: return Data(selection.table().utf8)
    case .csv: return Data(selection.csv().utf8)
    case .json: return Data(try selection.json().utf8)
    case .names: return Data(selection.names().utf8)
    case .npy:
      let numbers = selection.features.map { Int64($0.feature).littleEndian }
      return Data(NPYHeader.bytes(rows: numbers.count, columns: nil, element: "<i8"))
        + numbers.withUnsafeBytes { Data($0) }
    }
  }
}
