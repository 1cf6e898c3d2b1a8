/// Features of which a selection has nothing: those with one value alone, and those that are copies of others.
package struct ColumnFindings: Sendable, Equatable {
  /// Features that have one value in all rows.
  package let constant: [Int]
  /// Features that equal an earlier one in all rows, and which; constant ones aside.
  package let copies: [(feature: Int, of: Int)]

  private static let blockValues = 1 << 18

  /// Reads `rows` of a table once; copies are told by 64 bits of a hash of each column and then compared.
  package init(_ table: any Table, rows: [UInt32]) {
    let width = table.schema.featureCount
    var first = [UInt32](repeating: 0, count: width)
    var varies = [UInt32](repeating: 0, count: width)
    var hashes = [UInt64](repeating: 0, count: width)
    let block = max(1, Self.blockValues / width)
    for start in stride(from: 0, to: rows.count, by: block) {
      let part = Array(rows[start..<min(start + block, rows.count)])
      let values: [Float] = table.values(of: part, features: 0..<width)
      if start == 0 { for column in 0..<width { first[column] = values[column].bitPattern } }
      values.withUnsafeBufferPointer { values in
        for row in 0..<part.count {
          for column in 0..<width {
            let bits = values[row * width + column].bitPattern
            varies[column] |= bits ^ first[column]
            hashes[column] = (hashes[column] ^ UInt64(bits)) &* 0x9e37_79b9_7f4a_7c15
            hashes[column] ^= hashes[column] >> 29
          }
        }
      }
    }
    constant = rows.count < 2 ? [] : (0..<width).filter { varies[$0] == 0 }
    var places: [UInt64: Int] = [:]
    var copies: [(feature: Int, of: Int)] = []
    for column in 0..<width where varies[column] != 0 {
      guard let earlier = places[hashes[column]] else {
        places[hashes[column]] = column
        continue
      }
      copies.append((column, earlier))
    }
    self.copies = copies.filter { copy in
      let pair = [copy.feature, copy.of].map { column -> [UInt32] in
        (table.values(of: rows, features: column..<column + 1) as [Float]).map(\.bitPattern)
      }
      return pair[0] == pair[1]
    }
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
        "\(constant.count) of \(schema.featureCount) features have one value in all training rows: "
          + list(constant.map { schema.title(of: $0) }))
    }
    if !copies.isEmpty {
      notes.append(
        "\(copies.count) of \(schema.featureCount) features are copies of others: "
          + list(copies.map { "\(schema.title(of: $0.feature)) of \(schema.title(of: $0.of))" }))
    }
    return notes
  }
}
