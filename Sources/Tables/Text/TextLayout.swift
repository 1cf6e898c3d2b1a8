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
  /// Which columns hold numbers with thousands apart.
  let holdsThousands: [Bool]
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
      sample, at: beginning, separator: options.separator.byte ?? announced, decimal: options.decimal,
      missingCodes: options.missingCodes)
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
    if dialect.numbers.decimalComma {
      notes.append("numbers have a decimal comma (--decimal point says otherwise)")
    }

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
    let rows = records.dropFirst(isNamed ? orange == nil ? 1 : 3 : 0)
    let thousands = Thousands(rows, dialect, decimal: options.decimal, count: kinds.count)
    roles = try columns.roles(
      names: names, count: kinds.count, presets: presets,
      isText: { kinds[$0] == .text || thousands.areUnread[$0] },
      example: { TextLayout.example(of: $0, rows) },
      path: sample.path)
    holdsTruth = kinds.map { $0 == .truth }
    holdsThousands = thousands.areApart
    let titles = names ?? kinds.indices.map(String.init)
    // Where nothing is held out, or rows are features, it is no matter.
    if columns.group.isEmpty, columns.split.isEmpty, columns.wanted == nil, !table.transpose,
      let id = roles.firstIndex(of: .id)
    {
      notes += Self.repeated(
        records.dropFirst(isNamed ? 1 : 0).compactMap { record in
          record.cells.indices.contains(id) ? record.cells[id].field.text : nil
        }, title: titles[id])
    }
    let roles = roles
    notes += thousands.notes { roles[$0] == .none ? nil : titles[$0] }
    self.notes = notes
    let headerRecords = orange != nil ? 3 : isNamed ? 1 : 0
    start = try sample.records(from: beginning, dialect, limit: headerRecords).end
    guard records.count > headerRecords || !sample.isWhole else {
      throw TextTableError(path: sample.path, problem: .noRows)
    }
  }
}

extension TextLayout {
  /// What identifiers such as m3_1 and m3_2 say: that rows are of one thing, by which a test is no test.
  private static func repeated(_ ids: [String], title: String) -> [String] {
    let parts = ids.compactMap { $0.wholeMatch(of: /(.+)([_:.\/ -])(\d+)/) }
    guard ids.count >= 10, parts.count == ids.count, let sign = parts.first?.2,
      parts.allSatisfy({ $0.2 == sign })
    else {
      return []
    }
    let units = Dictionary(grouping: parts, by: \.1)
    guard units.count > 1, 2 * units.count <= ids.count else { return [] }
    return [
      "identifiers begin alike ('\(parts[0].0)', '\(parts[1].0)'): if such rows are of one subject, keep them on one side of the "
        + "test with --group '\(title):\(sign)', or errors look too small"
    ]
  }

  /// The first text of a column and the line it is on; how many different ones the sample has, if they are few.
  private static func example(of column: Int, _ records: ArraySlice<TextRecord>) -> TextExample? {
    let cells = records.compactMap { record in
      guard record.cells.indices.contains(column) else { return nil as (line: Int, text: String)? }
      switch record.cells[column].value {
      case .text, .grouped: return (record.line, record.cells[column].shown)
      case .number, .missing, .truth: return nil
      }
    }
    guard let first = cells.first else { return nil }
    return TextExample(line: first.line, text: first.text, kinds: Array(Set(cells.map(\.text))).sorted())
  }
}

/// What columns have to do with thousands.
private struct Thousands {
  /// Whether a column has numbers with thousands apart.
  var areApart: [Bool]
  /// Whether a column has what may be such numbers, or others: it is not read.
  var areUnread: [Bool]
  /// Columns whose decimals, three each, may be meant for thousands, with the first such number.
  private var doubtful: [(column: Int, shown: String)] = []
  /// Columns in which such numbers were seen.
  private var seen: [Int]
  private let decimalComma: Bool

  /// Looks at the columns of some records.
  init(
    _ records: ArraySlice<TextRecord>, _ dialect: TextDialect, decimal: TextOptions.Decimal, count: Int
  ) {
    decimalComma = dialect.numbers.decimalComma
    areUnread = Array(repeating: false, count: count)
    // "1,234" alone may be meant for one and some: what decimals look like has to be seen somewhere.
    let isKnown = decimal != .auto
    let showsDecimals = records.contains { record in
      record.cells.contains { cell in
        switch cell.value {
        case .number, .grouped: cell.field.content.contains(dialect.numbers.decimalSign)
        case .missing, .truth, .text: false
        }
      }
    }
    // Where commas separate, a point is a decimal point.
    let isRead = isKnown || showsDecimals
    areApart = Array(repeating: isKnown, count: count)
    seen = []
    let isDoubtful = dialect.separator != comma && !isKnown
    for column in 0..<count {
      var (candidates, others): ([String], Int) = ([], 0)
      for record in records where record.cells.indices.contains(column) {
        let cell = record.cells[column]
        switch cell.value {
        case .grouped:
          if isRead { areApart[column] = true } else { areUnread[column] = true }
          if seen.last != column { seen.append(column) }
        case .number(let value):
          if dialect.numbers.mayBeThousands(cell.field.content) {
            candidates.append(cell.shown)
          } else if value != value.rounded() || cell.field.content.contains(dialect.numbers.decimalSign) {
            others += 1
          }
        case .missing, .truth, .text: break
        }
      }
      if isDoubtful, others == 0, let first = candidates.first { doubtful.append((column, first)) }
    }
  }

  /// What is not plain, for the user; `title` names columns that are used.
  func notes(_ title: (Int) -> String?) -> [String] {
    let apart = seen.filter { areApart[$0] }.compactMap(title)
    var notes: [String] = []
    if !apart.isEmpty {
      notes.append(
        "numbers have \(decimalComma ? "points" : "commas") between thousands: '\(apart[0])'"
          + (apart.count > 1 ? " and \(apart.count - 1) more" : ""))
    }
    for (column, shown) in doubtful.prefix(3) {
      guard let title = title(column) else { continue }
      notes.append(
        "'\(title)': \(shown) is read as a number with three decimals; if these are thousands, say --decimal "
          + (decimalComma ? "point" : "comma"))
    }
    return notes
  }
}

extension TextSample {
  /// The records from `place` on, and the place behind them; throws `TextTableError` for a field that cannot be read.
  fileprivate func records(
    from place: Place, _ dialect: TextDialect, limit: Int
  ) throws -> (records: [TextRecord], end: Place) {
    var end = place
    let (records, fault) = records(
      from: &end, dialect, limit: limit)
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
