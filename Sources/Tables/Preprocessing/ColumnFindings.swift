/// Features of which a selection has nothing, and those that are perhaps not what they seem.
package struct ColumnFindings: Sendable {
  /// Features that have one value in all rows.
  package let constant: [Int]
  /// Features that equal an earlier one in all rows, and which; constant ones aside.
  package let copies: [(feature: Int, of: Int)]
  /// Features that count the rows.
  package let counters: [Int]
  /// Features of large numbers that 32-bit floats hardly tell apart.
  package let coarse: [Int]
  /// Features in which a number such as -999 comes again and again, far from all others: a code for something else, perhaps.
  package let coded: [(feature: Int, code: Float, count: Int)]

  private static let blockValues = 1 << 18

  /// Reads `rows` of a table once; copies are told by 64 bits of hashes of each column.
  package init(_ table: any Table, rows: [UInt32]) {
    let width = table.schema.featureCount
    // The first row's bits, which bits differ from those anywhere, and two hashes.
    var found = [UInt32](repeating: 0, count: 4 * width)
    var (low, high) = (
      [Float](repeating: .infinity, count: width), [Float](repeating: -.infinity, count: width)
    )
    let block = max(1, Self.blockValues / width)
    for start in stride(from: 0, to: rows.count, by: block) {
      let part = Array(rows[start..<min(start + block, rows.count)])
      let values: [Float] = table.values(of: part, features: 0..<width)
      found.withUnsafeMutableBufferPointer { found in
        let first = found.baseAddress!
        let (differ, hash, other) = (first + width, first + 2 * width, first + 3 * width)
        if start == 0 { for column in 0..<width { first[column] = values[column].bitPattern } }
        values.withUnsafeBufferPointer { values in
          for row in 0..<part.count {
            let values = values.baseAddress! + row * width
            for column in 0..<width {
              let bits = values[column].bitPattern
              differ[column] |= bits ^ first[column]
              let (one, two) = ((hash[column] ^ bits) &* 0x9e37_79b1, (other[column] ^ bits) &* 0x85eb_ca77)
              hash[column] = one ^ one &>> 15
              other[column] = two ^ two &>> 13
            }
            for column in 0..<width {
              low[column] = values[column] < low[column] ? values[column] : low[column]
              high[column] = values[column] > high[column] ? values[column] : high[column]
            }
          }
        }
      }
    }
    constant = rows.count < 2 ? [] : (0..<width).filter { found[width + $0] == 0 }
    var places: [UInt64: Int] = [:]
    var copies: [(feature: Int, of: Int)] = []
    for column in 0..<width where found[width + column] != 0 {
      let hash = UInt64(found[2 * width + column]) << 32 | UInt64(found[3 * width + column])
      if let earlier = places[hash] { copies.append((column, earlier)) } else { places[hash] = column }
    }
    self.copies = copies
    let kinds = table.schema.kinds
    let numbers = (0..<width).filter { kinds[$0] == .number && low[$0] <= high[$0] }
    coarse = numbers.filter { Self.isCoarse(low[$0], high[$0]) }
    counters = numbers.filter { Self.counts(table, rows, $0, low: low[$0], high: high[$0]) }
    coded = numbers.compactMap { feature in
      Self.code(table, rows, feature, low: low[feature], high: high[feature]).map {
        (feature, $0.code, $0.count)
      }
    }
  }

  /// Whole numbers up to here are floats of their own.
  private static let largestWhole: Float = 0x1p24
  /// Numbers that floats have between the smallest and the largest of a feature, at the least, for it to be told well.
  private static let fewestSteps: Float = 1_000

  private static func isCoarse(_ low: Float, _ high: Float) -> Bool {
    let largest = max(abs(low), abs(high))
    return largest > largestWhole && largest.isFinite && (high - low) / largest.ulp < fewestSteps
  }

  /// Whether a feature rises by one from row to row of the table, from 0 or 1 on.
  private static func counts(_ table: any Table, _ rows: [UInt32], _ feature: Int, low: Float, high: Float)
    -> Bool
  {
    guard rows.count >= 10, let first = rows.first, let last = rows.last, last < 1 << 24,
      high - low == Float(last - first), [0, 1].contains(low - Float(first))
    else { return false }
    let values: [Float] = table.values(of: rows, features: feature..<feature + 1)
    return zip(rows, values).allSatisfy { $1 - Float($0) == low - Float(first) }
  }

  /// The smallest or largest value if it is written with nines alone, comes more than once, and lies farther from the next
  /// than all others lie from each other.
  private static func code(
    _ table: any Table, _ rows: [UInt32], _ feature: Int, low: Float, high: Float
  ) -> (code: Float, count: Int)? {
    let codes = [low, high].filter { [9, 99, 999, 9_999, 99_999, 999_999].contains(abs($0)) }
    guard !codes.isEmpty, low < high else { return nil }
    let values: [Float] = table.values(of: rows, features: feature..<feature + 1)
    for code in codes {
      let others = values.filter { $0 != code && !$0.isNaN }
      guard let least = others.min(), let most = others.max() else { continue }
      let count = values.count { $0 == code }
      let gap = min(abs(code - least), abs(code - most))
      if count > 1, gap > 0, gap >= most - least, others.count > count { return (code, count) }
    }
    return nil
  }

  /// What is found, for the user.
  package func notes(_ schema: TableSchema) -> [String] {
    func list(_ titles: [String]) -> String {
      titles.prefix(5).joined(separator: ", ") + (titles.count > 5 ? ", ..." : "")
    }
    var notes: [String] = []
    let constant = constant.filter { !coarse.contains($0) }
    if !constant.isEmpty {
      notes.append(
        "\(constant.count) of \(schema.featureCount) features \(constant.count == 1 ? "has" : "have") one value in all training rows: "
          + list(constant.map { schema.title(of: $0) }))
    }
    if !copies.isEmpty {
      notes.append(
        "\(copies.count) of \(schema.featureCount) features \(copies.count == 1 ? "is a copy" : "are copies") of others: "
          + list(copies.map { "\(schema.title(of: $0.feature)) of \(schema.title(of: $0.of))" }))
    }
    for feature in counters.prefix(3) {
      notes.append(
        "\(schema.title(of: feature)) counts the rows, which tells nothing of other rows: leave it out with --exclude, or name "
          + "it with --id")
    }
    if !coarse.isEmpty {
      notes.append(
        "\(list(coarse.map { schema.title(of: $0) })): numbers so large and so near each other that 32-bit floats keep few of "
          + "their differences; subtract a number from all of them, or leave \(coarse.count == 1 ? "it" : "them") out with "
          + "--exclude")
    }
    if let first = coded.first {
      let code = String(Int(first.code))
      notes.append(
        "\(schema.title(of: first.feature)) is \(code) in \(first.count) training rows, far from its other values"
          + (coded.count > 1 ? "; so are \(coded.count - 1) more features" : "")
          + ": if that stands for a missing value, say --missing-codes \(code), or in arrays write NaN")
    }
    return notes
  }
}
