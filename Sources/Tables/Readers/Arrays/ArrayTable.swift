/// Columns beside the features of an array: identifiers, labels and what else is known of its rows.
protocol RowFrame {
  /// Their names.
  var names: [String] { get }
  /// The one with the rows' identifiers.
  var identifier: Int? { get }
  /// Reads one of them: a value a row. Throws `DataError`.
  func column(_ place: Int) throws -> FrameColumn
}

/// A column beside the features.
enum FrameColumn {
  /// NaN where one is missing.
  case numbers([Float])
  /// Nil where one is missing.
  case texts([String?])

  /// Rows.
  var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .texts(let values): values.count
    }
  }

  /// A value as text, and as a number where it is one; nil where it is missing.
  func value(_ row: Int) -> (text: String, number: Float?)? {
    switch self {
    case .numbers(let values): values[row].isNaN ? nil : (CSVField.text(values[row]), values[row])
    case .texts(let values): values[row].map { ($0, Float($0)) }
    }
  }
}

/// A table whose features are the columns of one array in a file, with other columns beside it.
struct ArrayTable {
  let path: String
  /// Columns of the array.
  let columnCount: Int
  /// Their names; nil where there are none.
  let names: [String]?
  let frame: (any RowFrame)?
  /// How the columns lie on an image.
  var grid: FeatureGrid?
  /// The share of the values that the file holds, the others being 0.
  var density = 1.0
  /// Calls its argument with each row of the array, in their order.
  let forEachRow: ((UnsafeBufferPointer<Float>) throws -> Void) throws -> Void

  /// Passes the rows to what `begin` returns for the columns, which `choice` chooses; those beside the array are no features
  /// unless they are named. Throws `ColumnChoiceError`, `DataError`, and what the sink throws.
  func pass(_ choice: ColumnChoice, to begin: (TableColumns) throws -> any RowSink) throws -> [String] {
    let others = frame?.names ?? []
    let count = columnCount + others.count
    var presets = Dictionary(
      uniqueKeysWithValues: others.indices.map { (columnCount + $0, ColumnChoice.Role.none) })
    if let identifier = frame?.identifier { presets[columnCount + identifier] = .id }
    let titles = names ?? (others.isEmpty ? nil : (0..<columnCount).map(String.init))
    let all = titles.map { $0 + others }
    // Read once: an archive cannot be read again from its start.
    var read: [Int: FrameColumn] = [:]
    func column(_ place: Int) throws -> FrameColumn {
      if let found = read[place] { return found }
      let found = try frame!.column(place - columnCount)
      read[place] = found
      return found
    }
    let roles = try choice.roles(
      names: all, count: count, presets: presets,
      isText: { place in
        guard place >= columnCount, case .texts? = try? column(place) else { return false }
        return true
      }, path: path)
    for place in columnCount..<count where roles[place] != .none { _ = try column(place) }
    let features = (0..<columnCount).filter { roles[$0] == .feature }
    let isWhole = features.count == columnCount && !roles[columnCount...].contains(.feature)
    let special = roles.indices.filter { roles[$0] != .feature && roles[$0] != .none }
    let columns = TableColumns(names: all, roles: roles, kind: .number, grid: grid, density: density)
    let sink = try begin(columns)
    var chosen = [Float](repeating: 0, count: columns.features.count)
    var row = 0
    try forEachRow { values in
      for place in special {
        let column = read[place] ?? .numbers([values[place]])
        try append(
          column, roles[place], title: all?[place] ?? "\(place)", row: row, to: sink,
          at: place < columnCount ? 0 : row)
      }
      if isWhole {
        try sink.append(values)
      } else {
        for (index, place) in features.enumerated() { chosen[index] = values[place] }
        var index = features.count
        for place in columnCount..<count where roles[place] == .feature {
          guard case .numbers(let numbers)? = read[place], row < numbers.count else {
            throw DataError.content(
              path: path, place: "row \(row + 1), '\(all?[place] ?? "")'",
              problem: "the column ends before the rows do, or holds no numbers")
          }
          chosen[index] = numbers[row]
          index += 1
        }
        try chosen.withUnsafeBufferPointer(sink.append)
      }
      row += 1
    }
    return []
  }

  /// Passes one value of a column that is no feature.
  private func append(
    _ column: FrameColumn, _ role: ColumnChoice.Role, title: String, row: Int, to sink: any RowSink,
    at index: Int
  ) throws {
    func fail(_ problem: String) -> DataError {
      .content(path: path, place: "row \(row + 1), '\(title)'", problem: problem)
    }
    guard index < column.count else { throw fail("the column ends before the rows do; write the file again") }
    let value = column.value(index)
    switch role {
    case .id: try sink.append(id: value?.text.replacing(["\n"], with: [" "]) ?? "")
    case .label:
      guard let value else { throw fail("the label is missing; complete it, or delete the row") }
      do {
        try sink.append(label: value.text, number: value.number)
      } catch let error as LabelError {
        throw error.content(path: path, place: "row \(row + 1), '\(title)'")
      }
    case .split:
      guard let part = value.flatMap({ RowDivision.Part($0.text) }) else {
        throw fail(
          "'\(value?.text ?? "")' says no part of the data; --split needs \(RowDivision.Part.expectation)")
      }
      try sink.append(part: part)
    case .group: try sink.append(group: value?.text ?? "")
    case .weight:
      guard let weight = RowDivision.weight(value?.number) else {
        throw fail("'\(value?.text ?? "")' is no weight; --weight needs \(RowDivision.weightExpectation)")
      }
      try sink.append(weight: weight)
    case .feature, .none: break
    }
  }
}
