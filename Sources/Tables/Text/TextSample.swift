/// The beginning of a text table, from which it is found out how the table is written.
struct TextSample {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Whether there is nothing behind it.
  let isWhole: Bool
  let path: String

  /// A place between two records.
  struct Place {
    /// In bytes from the beginning.
    var offset = 0
    /// The line that begins there, from 1.
    var line = 1
  }

  /// Up to `limit` records from `place` on, which moves behind them; blank lines are no records.
  ///
  /// Ends early at the sample's last whole record, after `cellLimit` cells if these are enough records, and where
  /// a field cannot be read: `fault` then says why.
  func records(
    from place: inout Place, _ dialect: TextDialect, limit: Int
  ) -> (records: [TextRecord], fault: TextTableError?) {
    guard let base = bytes.baseAddress else { return ([], nil) }
    let scanner = FieldScanner(separator: dialect.separator)
    let end = base + bytes.count
    var records: [TextRecord] = []
    var cells = 0
    while place.offset < bytes.count, records.count < limit,
      records.count < Self.enoughRecords || cells < Self.cellLimit,
      records.count < 2 || cells < 2 * Self.mostColumns
    {
      var position = base + place.offset
      var line = place.line
      var record = TextRecord(line: line)
      var isBlank = false
      while true {
        let found: FieldScanner.Field?
        do {
          found = try scanner.field(at: position, end: end, isLast: isWhole)
        } catch {
          let rest = UnsafeBufferPointer(start: position, count: end - position)
          return (
            records, .init(error, path: path, line: line, column: record.cells.count + 1, bytes: rest)
          )
        }
        guard let field = found else { return (records, nil) }
        isBlank = record.cells.isEmpty && field.endsRecord && field.isBlank
        record.cells.append(
          TextRecord.Cell(field: field, value: TextValue(field, dialect.numbers)))
        guard record.cells.count <= Self.mostColumns else {
          return (
            records, TextTableError(path: path, problem: .tooManyColumns(limit: Self.mostColumns), line: line)
          )
        }
        line += field.lineEnds
        position = field.next
        if field.endsRecord { break }
      }
      place = Place(offset: position - base, line: line)
      if isBlank { continue }
      records.append(record)
      cells += record.cells.count
    }
    return (records, nil)
  }

  private static let enoughRecords = 8
  private static let cellLimit = 200_000
  /// A line of commas from elsewhere must not take a hundred times its size.
  private static let mostColumns = 1 << 21
}

extension TextTableError {
  /// A field that begins with `bytes` and cannot be read.
  init(
    _ fault: FieldScanner.Fault, path: String, line: Int, column: Int, bytes: UnsafeBufferPointer<UInt8>
  ) {
    let problem: Problem =
      switch fault {
      case .strayQuote: .strayQuote
      case .textAfterQuote: .textAfterQuote
      case .unterminatedQuote: .unterminatedQuote
      }
    let end = bytes.firstIndex { $0 == lineFeed || $0 == carriageReturn } ?? bytes.endIndex
    self.init(
      path: path, problem: problem, line: line, column: column,
      field: Self.shown(UnsafeBufferPointer(rebasing: bytes[..<end])))
  }
}
