/// Features of which a selection has nothing: those with one value alone, and those that are copies of others.
package struct ColumnFindings: Sendable, Equatable {
  /// Features that have one value in all rows.
  package let constant: [Int]
  /// Features that equal an earlier one in all rows, and which; constant ones aside.
  package let copies: [(feature: Int, of: Int)]

  private static let blockValues = 1 << 18

  /// Reads `rows` of a table once; copies are told by 64 bits of hashes of each column.
  package init(_ table: any Table, rows: [UInt32]) {
    let width = table.schema.featureCount
    // The first row's bits, which bits differ from those anywhere, and two hashes.
    var found = [UInt32](repeating: 0, count: 4 * width)
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
  }

  package static func == (left: ColumnFindings, right: ColumnFindings) -> Bool {
    left.constant == right.constant && left.copies.elementsEqual(right.copies, by: ==)
  }

  /// What is found, for the user.
  package func notes(_ schema: TableSchema) -> [String] {
    func list(_ titles: [String]) -> String {
      titles.prefix(5).joined(separator: ", ") + (titles.count > 5 ? ", ..." : "")
    }
    var notes: [String] = []
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
    return notes
  }
}
