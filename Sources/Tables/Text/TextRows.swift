import CNumberText

/// Turns the bytes of a text table's rows into numbers, block after block.
final class TextRows {
  private let path: String
  private let scanner: FieldScanner
  private let layout: TextLayout
  private let sink: any RowSink
  private let featureCount: Int
  /// For each column the place of its number in `row`, -1 for those that need more care.
  private let places: UnsafeMutableBufferPointer<Int>
  private let row: UnsafeMutableBufferPointer<Float>
  /// Place in `row` of every feature.
  private let features: [Int?]

  private var column = 0
  private var line: Int
  private(set) var rowCount = 0

  init(_ layout: TextLayout, path: String, sink: any RowSink) {
    self.path = path
    self.layout = layout
    self.sink = sink
    scanner = FieldScanner(separator: layout.dialect.separator)
    line = layout.start.line
    var count = 0
    features = layout.roles.map { role in
      guard role == .feature else { return nil }
      count += 1
      return count - 1
    }
    featureCount = count
    row = .allocate(capacity: count)
    row.initialize(repeating: 0)
    places = .allocate(capacity: layout.roles.count)
    for column in layout.roles.indices {
      let isPlain = !layout.holdsTruth[column] && layout.dialect.numbers == TextNumbers()
      places.initializeElement(at: column, to: isPlain ? features[column] ?? -1 : -1)
    }
  }

  deinit {
    row.deallocate()
    places.deallocate()
  }

  /// Reads the fields that end in `bytes`, which begin where the last call left off, and says how many bytes these
  /// are. Throws `TextTableError`, and what the sink throws.
  func consume(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) throws -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let end = base + bytes.count
    var position = base
    while position < end || (isLast && column > 0) {
      if let next = try plainNumber(at: position, end: end) {
        position = next
        continue
      }
      let found: FieldScanner.Field?
      do {
        found = try scanner.field(at: position, end: end, isLast: isLast)
      } catch {
        let rest = UnsafeBufferPointer(start: position, count: end - position)
        var failure = TextTableError(error, path: path, line: line, column: column + 1, bytes: rest)
        failure.name = name(of: column)
        throw failure
      }
      guard let field = found else { break }
      position = field.next
      if column > 0 || !field.endsRecord || !field.isBlank { try take(field) }
      line += field.lineEnds
    }
    return position - base
  }

  /// Takes a number that is written as most are and followed by a separator or the end of its row; where the next
  /// field begins then.
  @inline(__always)
  private func plainNumber(
    at start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) throws -> UnsafePointer<UInt8>? {
    guard column < places.count, places[column] >= 0 else { return nil }
    var first = start
    while first < end, first.pointee == space { first += 1 }
    var value: Float = 0
    let used = cae_read_float(first, end, &value)
    var next = first + used
    guard used > 0, next < end, value.isFinite else { return nil }
    let byte = next.pointee
    if byte == scanner.separator {
      next += 1
      if byte == space {
        while next < end, next.pointee == space { next += 1 }
        guard next < end, next.pointee != lineFeed, next.pointee != carriageReturn else { return nil }
      }
      row[places[column]] = value
      column += 1
      return next
    }
    guard byte == lineFeed, column == places.count - 1 else { return nil }
    row[places[column]] = value
    line += 1
    try endRow()
    return next + 1
  }

  private func take(_ field: FieldScanner.Field) throws {
    guard column < layout.roles.count else {
      throw failure(.longRow(expected: layout.roles.count), field)
    }
    switch layout.roles[column] {
    case .none: break
    case .feature: row[features[column]!] = try number(field)
    case .id:
      let text = try text(field)
      guard !text.utf8.contains(where: { $0 == lineFeed || $0 == carriageReturn }) else {
        throw failure(.lineBreak, field)
      }
      try sink.append(id: text)
    case .split:
      guard let part = RowDivision.Part(try text(field)) else { throw failure(.noPart, field) }
      try sink.append(part: part)
    case .group: try sink.append(group: try text(field))
    case .weight:
      guard case .number(let value) = TextValue(field, layout.dialect.numbers),
        let weight = RowDivision.weight(value)
      else { throw failure(.noWeight, field) }
      try sink.append(weight: weight)
    case .label:
      var number: Float?
      switch TextValue(field, layout.dialect.numbers) {
      case .missing: throw failure(.noLabel, field)
      case .number(let value): number = value
      case .grouped(let value): number = layout.holdsThousands[column] ? value : nil
      case .truth, .text: break
      }
      do {
        try sink.append(label: try text(field), number: number)
      } catch let error as LabelError {
        throw failure(.tooManyClasses(limit: error.limit), field)
      }
    }
    column += 1
    guard field.endsRecord else { return }
    guard column == layout.roles.count else {
      let problem = TextTableError.Problem.shortRow(found: column, expected: layout.roles.count)
      column -= 1
      throw failure(problem, field)
    }
    try endRow()
  }

  private func number(_ field: FieldScanner.Field) throws -> Float {
    switch TextValue(field, layout.dialect.numbers) {
    case .missing: return .nan
    case .grouped(let number) where layout.holdsThousands[column]: return number
    case .grouped: throw failure(.notNumber, field)
    case .number(let number) where number.isFinite: return number
    case .number: throw failure(.notFinite, field)
    case .truth(let isTrue) where layout.holdsTruth[column]: return isTrue ? 1 : 0
    case .truth, .text: throw failure(.notNumber, field)
    }
  }

  private func text(_ field: FieldScanner.Field) throws -> String {
    guard let text = field.text else { throw failure(.notUTF8, field) }
    return text
  }

  private func endRow() throws {
    try sink.append(UnsafeBufferPointer(row))
    rowCount += 1
    column = 0
  }

  /// What is wrong with a field that begins on the line under way, whose lines are not counted yet.
  private func failure(_ problem: TextTableError.Problem, _ field: FieldScanner.Field) -> TextTableError {
    TextTableError(
      path: path, problem: problem, line: line, column: column + 1, name: name(of: column),
      field: TextTableError.shown(field.content))
  }

  private func name(of column: Int) -> String? {
    layout.names.flatMap { $0.indices.contains(column) && !$0[column].isEmpty ? $0[column] : nil }
  }

  /// The error for a field at `bytes` that is longer than any.
  func endless(_ bytes: UnsafeBufferPointer<UInt8>) -> TextTableError {
    let isQuoted = bytes.first { $0 != space } == quote
    var failure = TextTableError(.unterminatedQuote, path: path, line: line, column: column + 1, bytes: bytes)
    if !isQuoted {
      failure = TextTableError(
        path: path, problem: .fieldTooLong, line: line, column: column + 1, field: failure.field)
    }
    failure.name = name(of: column)
    return failure
  }
}
