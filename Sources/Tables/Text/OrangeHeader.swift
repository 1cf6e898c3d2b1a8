/// Orange's header of three rows: names, kinds, and what a column is for.
struct OrangeHeader {
  /// What the columns are for that are no features.
  let roles: [Int: ColumnChoice.Role]

  private static let kinds: Set = [
    "continuous", "c", "numeric", "n", "discrete", "d", "categorical", "string", "s", "text", "time", "t",
    "basket",
  ]
  private static let flags: Set = ["class", "c", "meta", "m", "ignore", "i", "weight", "w"]

  /// `nil` when the rows below the first are data.
  init?(_ records: [TextRecord]) {
    guard records.count > 2 else { return nil }
    let width = records[0].cells.count
    let texts = records[1...2].map { $0.cells.compactMap { $0.field.text?.lowercased() } }
    guard texts.allSatisfy({ $0.count == width }) else { return nil }
    // A column of classes may list them where others have their kind.
    let known = texts[0].count(where: Self.kinds.contains)
    let flags = texts[1].map { $0.split(separator: " ").map(String.init).filter { !$0.contains("=") } }
    guard known > 0, 2 * known >= width, flags.allSatisfy({ $0.allSatisfy(Self.flags.contains) }) else {
      return nil
    }
    var roles: [Int: ColumnChoice.Role] = [:]
    for column in 0..<width {
      guard let flag = flags[column].first else { continue }
      let isLabel = flag.hasPrefix("c") && !roles.values.contains(.label)
      roles[column] = isLabel ? .label : ColumnChoice.Role.none
    }
    self.roles = roles
  }
}
