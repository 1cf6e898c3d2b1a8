import CNumberText

/// What a field of a text table says as a value.
enum TextValue: Equatable {
  case missing
  case number(Float)
  /// A number with thousands apart.
  case grouped(Float)
  case truth(Bool)
  case text

  /// Reads a field; blanks around a value inside quotes do not count.
  init(_ field: FieldScanner.Field, _ numbers: TextNumbers) {
    var content = field.content[...]
    while content.first == space { content.removeFirst() }
    while content.last == space { content.removeLast() }
    self.init(UnsafeBufferPointer(rebasing: content), numbers)
  }

  /// Reads `content`, whose numbers have a decimal comma or a decimal point.
  ///
  /// A number may have a plus sign. What C prints for no number (`nan`, `-nan(ind)`) is missing. With a decimal
  /// comma a point keeps thousands apart.
  private init(_ content: UnsafeBufferPointer<UInt8>, _ numbers: TextNumbers) {
    if Self.isMissing(content) || numbers.isMissing(content) {
      self = .missing
    } else if let number = numbers.decimalComma ? Self.commaNumber(content) : Self.number(content) {
      self = number.isNaN || numbers.isMissing(number) ? .missing : .number(number)
    } else if let digits = numbers.ungrouped(content),
      let number = digits.withUnsafeBufferPointer(Self.number)
    {
      self = .grouped(number)
    } else {
      self = Self.truth(content)
    }
  }

  /// What pandas takes for missing, and the marks of Orange, UCI's files, Stata and SAS.
  static let missingTexts = [
    "", "NA", "NaN", "nan", "N/A", "n/a", "NULL", "null", "None", "<NA>", "#N/A", "#NA", "-nan", "-NaN",
    "#N/A N/A",
    "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "?", ".",
  ]

  private static let missingCodes = missingTexts.map { code($0.utf8) }

  private static func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    content.isEmpty || content.count <= MemoryLayout<UInt64>.size && missingCodes.contains(code(content))
  }

  /// At most eight bytes as one number, so that a comparison is one.
  private static func code(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func number(_ content: UnsafeBufferPointer<UInt8>) -> Float? {
    guard var first = content.baseAddress else { return nil }
    let end = first + content.count
    if first.pointee == UInt8(ascii: "+"), first + 1 < end, first[1] != UInt8(ascii: "-") { first += 1 }
    var value: Float = 0
    let used = cae_read_float(first, end, &value)
    return used > 0 && first + used == end ? value : nil
  }

  private static func commaNumber(_ content: UnsafeBufferPointer<UInt8>) -> Float? {
    guard !content.contains(UInt8(ascii: ".")) else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: content.count) { copy in
      for (index, byte) in content.enumerated() {
        copy[index] = byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte
      }
      return number(UnsafeBufferPointer(copy))
    }
  }

  private static func truth(_ content: UnsafeBufferPointer<UInt8>) -> TextValue {
    guard content.count == 4 || content.count == 5 else { return .text }
    switch String(decoding: content, as: UTF8.self) {
    case "TRUE", "True", "true": return .truth(true)
    case "FALSE", "False", "false": return .truth(false)
    default: return .text
    }
  }
}
