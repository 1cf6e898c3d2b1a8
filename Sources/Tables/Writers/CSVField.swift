/// A field of a table of text.
package enum CSVField {
  /// The field in quotes if it holds a quote, a comma or a line break (RFC 4180).
  package static func quoted(_ field: String) -> String {
    let special: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: ","), carriageReturn, lineFeed]
    guard field.utf8.contains(where: special.contains) else { return field }
    // By bytes: a quote and an accent after it are one Character, equal to no quote.
    let doubled = field.utf8.flatMap { $0 == special[0] ? [$0, $0] : [$0] }
    return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
  }

  /// The shortest text that reads back as the same float, whole numbers without a point; empty where it is missing.
  package static func text(_ value: Float) -> String {
    if value.isNaN { return "" }
    let isPlain = abs(value) < 16_777_216 && value == value.rounded() && (value != 0 || value.sign == .plus)
    return isPlain ? String(Int(value)) : value.description
  }
}
