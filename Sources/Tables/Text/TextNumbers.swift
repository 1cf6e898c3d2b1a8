/// How numbers are written in a table of text, and what stands for none.
struct TextNumbers: Equatable {
  /// What stands before decimals: a comma, or else a point.
  var decimalComma = false
  /// Texts of missing values, beside those that are known to be.
  private var missingTexts: [[UInt8]] = []
  /// Those of them that are numbers, however they are written: -999.0 is -999.
  private var missingNumbers: [Float] = []

  /// Numbers with a decimal comma or a decimal point; `codes` stand for missing values.
  init(decimalComma: Bool = false, codes: MissingCodes = MissingCodes()) {
    self.decimalComma = decimalComma
    missingTexts = codes.texts.map { Array($0.utf8) }
    missingNumbers = codes.texts.compactMap { Float($0) }
  }

  /// Whether a text stands for a missing value.
  func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    missingTexts.contains(where: content.elementsEqual)
  }

  /// Whether a number does.
  func isMissing(_ number: Float) -> Bool { missingNumbers.contains(number) }

  private var groupSeparator: UInt8 { decimalComma ? UInt8(ascii: ".") : comma }
  var decimalSign: UInt8 { decimalComma ? comma : UInt8(ascii: ".") }

  /// The digits without their separators where `content` is a number with thousands apart: up to three digits, then groups of
  /// three, then perhaps decimals, whose sign becomes a point. No such number begins with 0.
  func ungrouped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard content.contains(groupSeparator) else { return nil }
    var (digits, run, groups): ([UInt8], Int, Int) = ([], 0, 0)
    var rest = content[...]
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      digits.append(sign)
      rest.removeFirst()
    }
    while let byte = rest.first, byte != decimalSign {
      rest.removeFirst()
      if byte == groupSeparator {
        guard groups == 0 ? (1...3).contains(run) : run == 3 else { return nil }
        (groups, run) = (groups + 1, 0)
      } else {
        guard Self.isDigit(byte) else { return nil }
        digits.append(byte)
        run += 1
      }
    }
    guard groups > 0, run == 3, digits.first(where: Self.isDigit) != UInt8(ascii: "0"),
      rest.dropFirst().allSatisfy(Self.isDigit)
    else { return nil }
    return rest.isEmpty ? digits : digits + [UInt8(ascii: ".")] + Array(rest.dropFirst())
  }

  /// Whether `content` has a decimal sign with one to three digits before it and three behind, so that it may be meant for
  /// thousands.
  func mayBeThousands(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let place = content.firstIndex(of: decimalSign) else { return false }
    let (before, behind) = (content[..<place].drop { $0 == UInt8(ascii: "-") }, content[(place + 1)...])
    return (1...3).contains(before.count) && before.first != UInt8(ascii: "0") && behind.count == 3
      && before.allSatisfy(Self.isDigit) && behind.allSatisfy(Self.isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
