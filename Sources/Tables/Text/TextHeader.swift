/// The first record of a text table, which may hold names.
struct TextHeader {
  /// Whether it does.
  let isLikely: Bool
  /// How this was decided, where it is not plain; for the user.
  let notes: [String]
  private let cells: [TextRecord.Cell]
  private let line: Int
  private let below: [TextColumnKind]
  /// Whether the rows begin with names of their own, which have none: what R's `write.table` writes.
  private let lacksFirst: Bool

  /// Judges `first` by the records below it.
  init(_ first: TextRecord, below records: ArraySlice<TextRecord>) {
    line = first.line
    below = TextColumnKind.kinds(records)
    // NumPy's `savetxt` makes a comment of it.
    let isComment = first.cells.count == below.count + 1 && first.cells[0].field.text == "#"
    cells = isComment ? Array(first.cells.dropFirst()) : first.cells
    let width = below.count
    lacksFirst =
      cells.count == width - 1 && below.last != .missing && records.allSatisfy { $0.cells.count == width }
    (isLikely, notes) = Self.judge(first.line, cells, below, records, shift: lacksFirst ? 1 : 0)
  }

  private static func judge(
    _ line: Int, _ cells: [TextRecord.Cell], _ kinds: [TextColumnKind], _ records: ArraySlice<TextRecord>,
    shift: Int
  ) -> (Bool, [String]) {
    guard !records.isEmpty else { return (!cells.indices.contains { cells.number($0) != nil }, []) }
    let columns = cells.indices.filter { index in
      index + shift < kinds.count && [.number, .truth].contains(kinds[index + shift])
    }
    guard !columns.isEmpty else { return (kinds.allSatisfy { $0 == .text }, []) }
    let texts = columns.count { cells[$0].value == .text }
    let numbers = columns.compactMap(cells.number)
    if texts > 0, texts >= numbers.count { return (true, []) }
    // Numbers as names are many that rise or fall (those of spectra), or count from 0 (pandas' names of columns without
    // one); data below do not.
    guard numbers.count > 2 || cells[0].field.isBlank, isRun(numbers),
      !records.contains(where: { record in isRun(columns.compactMap { record.cells.number($0 + shift) }) })
    else { return (false, []) }
    return (
      true,
      ["the \(numbers.count) numbers of line \(line) are taken as names (--header no takes them as data)"]
    )
  }

  private static func isRun(_ numbers: [Float]) -> Bool {
    guard numbers.count >= 8 else { return !numbers.isEmpty && numbers == numbers.indices.map(Float.init) }
    let steps = zip(numbers.dropFirst(), numbers).map(-)
    return steps.allSatisfy { $0 > 0 } || steps.allSatisfy { $0 < 0 }
  }

  /// The kinds of `count` columns.
  func kinds(count: Int) -> [TextColumnKind] {
    Array(below.prefix(count)) + Array(repeating: .missing, count: max(0, count - below.count))
  }

  /// Names of all columns, all different, and the roles that follow from where there is none; throws `TextTableError`
  /// where one is not UTF-8.
  func names(path: String) throws -> (names: [String], presets: [Int: ColumnChoice.Role], notes: [String]) {
    var names = lacksFirst ? [""] : []
    for cell in cells {
      guard let name = cell.field.text else {
        throw TextTableError(
          path: path, problem: .notUTF8, line: line, column: names.count + 1, field: cell.shown)
      }
      names.append(name)
    }
    guard !names.isEmpty else { throw TextTableError(path: path, problem: .blank) }
    if names[0].hasPrefix("# ") { names[0].removeFirst(2) }
    // A separator at the end of the rows, and perhaps of the header.
    if below.last == .missing, names.count == below.count - 1 { names.append("") }
    var presets: [Int: ColumnChoice.Role] = [:]
    var notes: [String] = []
    let last = names.count - 1
    if names[0].isEmpty, below.first.map({ $0 != .missing }) ?? false {
      presets[0] = .id
      notes.append("the first column has no name: it is taken as the rows' identifiers")
    }
    if last > 0, names[last].isEmpty, kinds(count: names.count)[last] == .missing {
      presets[last] = ColumnChoice.Role.none
      notes.append("the last column has neither a name nor values: it is left out")
    }
    for column in names.indices where names[column].isEmpty && presets[column] == nil {
      names[column] = "\(column)"
    }
    notes += ColumnNames.makeUnique(&names)
    return (names, presets, notes)
  }
}

extension [TextRecord.Cell] {
  fileprivate func number(_ index: Int) -> Float? {
    guard index < count, case .number(let number) = self[index].value else { return nil }
    return number
  }
}
