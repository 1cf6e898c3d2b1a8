/// What a column of text holds, for messages.
package struct TextExample: Sendable, Equatable {
  /// The line of the first text, from 1.
  package let line: Int
  /// That text.
  package let text: String
  /// The different ones in the first rows.
  package let kinds: [String]

  /// Answers of a questionnaire have hardly more.
  private static let mostAnswers = 7

  /// What the column may be meant for and how to have it as numbers; nil where nothing is likely.
  var advice: String? {
    if text.contains(where: \.isNumber), text.filter({ !$0.isLetter }).count > text.count / 2 {
      if text.hasSuffix("%") { return "write percentages without the sign" }
      if text.wholeMatch(of: /\d{1,4}[-\/.]\d{1,2}[-\/.]\d{1,4}.*/) != nil {
        return "write dates as numbers (days, say), or leave them out"
      }
      if text.wholeMatch(of: /[-+]?\d*,\d+/) != nil {
        return
          "--decimal comma reads it with decimals, --decimal point reads groups of three digits as thousands"
      }
      if text.wholeMatch(of: /[-+]?\d+[.,]\d+/) != nil { return "write decimals alike in all columns" }
      return "write numbers without units and signs"
    }
    guard kinds.count > 1, kinds.count <= Self.mostAnswers else { return nil }
    let shown = kinds.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return
      "to have answers (\(shown)\(kinds.count > 3 ? ", ..." : "")) as a feature write numbers in their place: 0, 1, 2 in their "
      + "order, or 0 and 1"
  }
}
