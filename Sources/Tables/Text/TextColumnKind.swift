/// What the cells of a column are.
enum TextColumnKind {
  /// None that is not missing.
  case missing
  case number, truth
  /// At least half of those that are not missing are text.
  case text

  private init(_ values: some Sequence<TextValue>) {
    var (numbers, truths, texts) = (0, 0, 0)
    for value in values {
      switch value {
      case .missing: break
      case .number, .grouped: numbers += 1
      case .truth: truths += 1
      case .text: texts += 1
      }
    }
    if numbers + truths + texts == 0 {
      self = .missing
    } else if numbers == 0 {
      self = truths > texts ? .truth : .text
    } else {
      self = numbers > texts + truths ? .number : .text
    }
  }

  /// The kinds of the columns of `records`, of those with as many cells as most have.
  static func kinds(_ records: ArraySlice<TextRecord>) -> [TextColumnKind] {
    let counts = Dictionary(grouping: records, by: \.cells.count).mapValues(\.count)
    guard let width = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { return [] }
    let whole = records.filter { $0.cells.count == width }
    return (0..<width).map { column in TextColumnKind(whole.lazy.map { $0.cells[column].value }) }
  }
}
