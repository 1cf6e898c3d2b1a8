extension NPYHeader {
  /// The bytes before the numbers of files that are written: 128, so that these are aligned.
  package static let writtenSize = 128

  /// The header of a row-major array, `[rows, columns]` or, without columns, `[rows]`; always of the same size, so that it
  /// can be written anew when the rows are counted.
  package static func bytes(rows: Int, columns: Int?, element: String = "<f4") -> [UInt8] {
    let shape = columns.map { "(\(rows), \($0))" } ?? "(\(rows),)"
    let text = "{'descr': '\(element)', 'fortran_order': False, 'shape': \(shape), }"
    let prefix: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, UInt8(writtenSize - 10), 0]
    let blanks = [UInt8](repeating: space, count: writtenSize - prefix.count - text.utf8.count - 1)
    return prefix + text.utf8 + blanks + [lineFeed]
  }
}
