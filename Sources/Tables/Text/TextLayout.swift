/// How a text table is written and what its columns are for, found out from its beginning.
package struct TextLayout {
  /// Separator and decimal sign.
  let dialect: TextDialect
  /// One name a column; `nil` where the table has none.
  package let names: [String]?
  /// What each column is for.
  package let roles: [ColumnChoice.Role]
  /// Which columns hold true and false.
  let holdsTruth: [Bool]
  /// Where the rows begin.
  let start: TextSample.Place
  /// What was decided and is not plain, for the user.
  package let notes: [String]

  private static let sampledRecords = 100

  /// Throws `TextTableError` or `ColumnChoiceError`.
  init(_ sample: TextSample, options table: TableOptions) throws {
    let (options, columns) = (table.text, table.columns)
    let (beginning, announced) = try sample.skipMarks()
    dialect = TextDialect(
      sample, at: beginning, separator: options.separator.byte ?? announced, decimal: options.decimal)
    let records = try sample.records(from: beginning, dialect, limit: Self.sampledRecords).records
    guard let first = records.first else {
      throw TextTableError(
        path: sample.path, problem: sample.isWhole ? .blank : .lineTooLong(limit: sample.bytes.count))
    }
    let orange = options.header == .auto ? OrangeHeader(records) : nil
    let header = TextHeader(first, below: records.dropFirst(orange == nil ? 1 : 3))
    let isNamed = orange != nil || options.header == .yes || options.header == .auto && header.isLikely
    var notes: [String] = []
    var presets: [Int: ColumnChoice.Role] = [:]
    if dialect.decimalComma { notes.append("numbers have a decimal comma (--decimal point says otherwise)") }

    let kinds: [TextColumnKind]
    if isNamed {
      let found = try header.names(path: sample.path)
      names = try table.columnNames(found.names, count: found.names.count, path: sample.path)
      kinds = header.kinds(count: found.names.count)
      presets = found.presets
      notes += found.notes + (orange == nil && options.header == .auto ? header.notes : [])
    } else {
      kinds = TextColumnKind.kinds(records[...])
      names = try table.columnNames(nil, count: kinds.count, path: sample.path)
      // A separator at the end of the rows.
      if kinds.count > 1, kinds.last == .missing { presets[kinds.count - 1] = ColumnChoice.Role.none }
    }
    if let orange {
      notes.append("the header has three rows, as Orange writes them")
      for (column, role) in orange.roles {
        presets[column] = role
        if role == .label, columns.label.isEmpty {
          notes.append("'\(names![column])' is the label, as the header says")
        }
      }
    }
    roles = try columns.roles(
      names: names, count: kinds.count, presets: presets, isText: { kinds[$0] == .text }, path: sample.path)
    holdsTruth = kinds.map { $0 == .truth }
    self.notes = notes
    let headerRecords = orange != nil ? 3 : isNamed ? 1 : 0
    start = try sample.records(from: beginning, dialect, limit: headerRecords).end
    guard records.count > headerRecords || !sample.isWhole else {
      throw TextTableError(path: sample.path, problem: .noRows)
    }
  }
}

extension TextSample {
  /// The records from `place` on, and the place behind them; throws `TextTableError` for a field that cannot be read.
  fileprivate func records(
    from place: Place, _ dialect: TextDialect, limit: Int
  ) throws -> (records: [TextRecord], end: Place) {
    var end = place
    let (records, fault) = records(
      from: &end, separator: dialect.separator, decimalComma: dialect.decimalComma, limit: limit)
    if let fault { throw fault }
    return (records, end)
  }

  /// The place behind a byte order mark and the line that tells Excel the separator, and this separator.
  fileprivate func skipMarks() throws -> (Place, separator: UInt8?) {
    guard !bytes.starts(with: [0xff, 0xfe]), !bytes.starts(with: [0xfe, 0xff]), !bytes.contains(0) else {
      throw TextTableError(path: path, problem: .notText)
    }
    var place = Place()
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place.offset = 3 }
    let line = bytes[place.offset...].prefix { $0 != lineFeed && $0 != carriageReturn }
    guard line.count == 5, line.starts(with: Array("sep=".utf8)) else { return (place, nil) }
    place.offset = line.endIndex
    for end in [carriageReturn, lineFeed] where place.offset < bytes.count && bytes[place.offset] == end {
      place.offset += 1
    }
    place.line = 2
    return (place, line.last)
  }
}
