/// Tables of text: fields separated by commas, tabs, semicolons or blanks, plain or gzip.
struct TextReader: StreamingReader {
  let format = "csv"

  /// Text has no control characters but blanks; UTF-16, which has, is taken so that it can be said what it is.
  func recognises(_ start: FileStart) -> Bool {
    guard let bytes = start.bytes else { return false }
    let isWide = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
    return isWide
      || bytes.allSatisfy { $0 >= space || (tab...carriageReturn).contains($0) } && bytes.first != 0x93
  }

  func stream(
    _ file: InputFile, array: String, options: TableOptions, begin: (TableColumns) throws -> any RowSink
  ) throws -> [String] {
    var notes: [String] = []
    try withoutActuallyEscaping(begin) { begin in
      let reader = TextTableReader(path: file.path, options: options) { layout in
        notes = layout.notes
        return try begin(TableColumns(names: layout.names, roles: layout.roles, kind: .number))
      }
      try file.forEachPiece(reader.feed)
      _ = try reader.finish()
    }
    return notes
  }
}
