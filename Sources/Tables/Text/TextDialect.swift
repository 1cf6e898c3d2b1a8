/// How fields are separated and numbers written.
struct TextDialect: Equatable {
  var separator: UInt8
  var numbers: TextNumbers
}

extension TextDialect {
  /// Separators that are tried, preferred first.
  private static let separators = [tab, UInt8(ascii: ";"), UInt8(ascii: "|"), comma, space]

  private static let triedRecords = 100

  /// How well a dialect fits a sample.
  private struct Fit {
    let dialect: TextDialect
    /// Records of more than one field that have as many as most have; none where a field cannot be read.
    let consistent: Double
    /// Numbers among the fields below the first record that are not missing.
    let numeric: Double
    let isBroken: Bool
    let hasSeparator: Bool

    func isBetter(than other: Fit) -> Bool {
      if hasSeparator != other.hasSeparator { return hasSeparator }
      if isBroken != other.isBroken { return !isBroken }
      if consistent != other.consistent { return consistent > other.consistent }
      return numeric > other.numeric
    }
  }

  /// What fits `sample` from `place` on best, where `given` and `decimal` leave it open.
  init(
    _ sample: TextSample, at place: TextSample.Place, separator given: UInt8?, decimal: TextOptions.Decimal,
    missingCodes: MissingCodes = MissingCodes()
  ) {
    var best: Fit?
    for separator in given.map({ [$0] }) ?? Self.separators {
      let commas = separator == comma ? [false] : [false, true]
      for decimalComma in decimal == .auto ? commas : [decimal == .comma] {
        let numbers = TextNumbers(decimalComma: decimalComma, codes: missingCodes)
        let fit = Self.fit(TextDialect(separator: separator, numbers: numbers), sample, at: place)
        if best.map(fit.isBetter) ?? true { best = fit }
      }
    }
    // One column: there is nothing to separate, and commas are the common case.
    let isOne = !best!.hasSeparator && given == nil
    let plain = TextNumbers(decimalComma: decimal == .comma, codes: missingCodes)
    self = isOne ? TextDialect(separator: comma, numbers: plain) : best!.dialect
  }

  private static func fit(
    _ dialect: TextDialect, _ sample: TextSample, at place: TextSample.Place
  ) -> Fit {
    var place = place
    let (records, fault) = sample.records(
      from: &place, dialect, limit: triedRecords)
    let below = records.count > 1 ? records.dropFirst() : records[...]
    let counts = Dictionary(grouping: below, by: \.cells.count).mapValues(\.count)
    let usual = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
    let filled = below.flatMap(\.cells).filter { $0.value != .missing }
    // "1,234" may have a decimal comma: it is rather that than a thousand.
    var numbers = filled.reduce(0.0) { sum, cell in
      if case .number = cell.value { return sum + 1 }
      if case .grouped = cell.value { return sum + 0.5 }
      return sum
    }
    if dialect.numbers.decimalComma, dialect.separator != UInt8(ascii: ";"),
      !filled.contains(where: \.hasDecimals)
    {
      // "1,234" alone may be a thousand.
      numbers = 0
    }
    return Fit(
      dialect: dialect, consistent: Double(usual?.value ?? 0) / Double(max(1, below.count)),
      numeric: numbers / Double(max(1, filled.count)), isBroken: fault != nil,
      hasSeparator: usual?.key ?? 1 > 1)
  }
}

extension TextRecord.Cell {
  /// Whether it is a number with a comma and other than three digits behind it.
  fileprivate var hasDecimals: Bool {
    guard case .number = value, let comma = field.content.firstIndex(of: comma) else { return false }
    return field.content.count - comma - 1 != 3
  }
}
