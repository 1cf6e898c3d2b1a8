import Foundation

/// Numbers for readers.
enum NumberText {
  /// Three digits, thousands apart; a dash for what is not a number.
  static func short(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e6 || size < 1e-5 { return String(format: "%.2e", value) }
    if size >= 1000 { return count(Int(value.rounded())) }
    return fixed(value, decimals: max(0, 2 - Int(log10(size).rounded(.down))))
  }

  /// So many decimals; a dash for what is not a number.
  static func fixed(_ value: Double?, decimals: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = String(format: "%.\(decimals)f", value)
    return text.contains { ("1"..."9").contains($0) } ? text : text.replacingOccurrences(of: "-", with: "")
  }

  /// A share in percent, with a decimal; a dash for what is not a number.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return "–" }
    return fixed(100 * share, decimals: 1) + " %"
  }

  /// A whole number, thousands apart.
  static func count(_ value: Int) -> String {
    let digits = String(abs(value))
    let grouped = digits.enumerated().map { place, digit in
      (place > 0 && (digits.count - place) % 3 == 0 ? "," : "") + String(digit)
    }
    return (value < 0 ? "-" : "") + grouped.joined()
  }

  /// So many rows of a part of the data.
  static func rows(_ number: Int, _ part: String) -> String {
    "\(count(number)) \(part == "test-fraction" ? "held-out" : part) \(number == 1 ? "row" : "rows")"
  }

  /// What an error on a part of the data is called: held-out only where nothing was fitted or chosen by these rows.
  static func errorTitle(_ part: String) -> String {
    switch part {
    case "training": "Training error"
    case "validation": "Validation error"
    default: "Held-out error"
    }
  }

  /// A tick of an axis: no more digits than it needs.
  static func tick(_ value: Double) -> String {
    let size = abs(value)
    if size >= 1e6 || size > 0 && size < 1e-4 { return String(format: "%.3g", value) }
    if size >= 1000, value == value.rounded() { return count(Int(value)) }
    return String(format: "%.4g", size < 1e-12 ? 0 : value)
  }

  /// What a metric is called that files know as `name`.
  static func metric(_ name: String) -> String {
    name == "mse" ? "mean squared error" : name.replacingOccurrences(of: "_", with: " ")
  }

}
