extension Table {
  private static var blockValues: Int { 1 << 18 }

  /// Calls `body` with the values of `rows`, some at a time.
  private func forEachBlock(of rows: [UInt32], _ body: (ArraySlice<UInt32>, [Float]) -> Void) {
    let width = schema.featureCount
    let block = max(1, Self.blockValues / width)
    for start in stride(from: 0, to: rows.count, by: block) {
      let part = rows[start..<min(start + block, rows.count)]
      body(part, values(of: Array(part), features: 0..<width))
    }
  }

  /// Those of `rows` in which no value is missing.
  func completeRows(of rows: [UInt32]) -> [UInt32] {
    guard schema.kinds.contains(.number) else { return rows }
    let width = schema.featureCount
    var complete: [UInt32] = []
    forEachBlock(of: rows) { part, values in
      for (index, row) in part.enumerated() {
        if values[index * width..<(index + 1) * width].allSatisfy({ !$0.isNaN }) { complete.append(row) }
      }
    }
    return complete
  }

  /// The features of which no row lacks a value.
  func completeFeatures() -> [Int] {
    guard schema.kinds.contains(.number) else { return Array(0..<schema.featureCount) }
    let width = schema.featureCount
    var isComplete = [Bool](repeating: true, count: width)
    forEachBlock(of: Array(0..<UInt32(rowCount))) { part, values in
      for index in 0..<part.count {
        for column in 0..<width where values[index * width + column].isNaN { isComplete[column] = false }
      }
    }
    return isComplete.indices.filter { isComplete[$0] }
  }
}

extension TablePart {
  /// The part without the columns in which a value is missing, and a note that says so.
  ///
  /// Throws `DataError` where none is left.
  func droppingIncompleteColumns() throws -> TablePart {
    let kept = table.completeFeatures()
    let schema = table.schema
    guard kept.count < schema.featureCount else { return self }
    guard !kept.isEmpty else {
      throw DataError.content(
        path: table.path, place: "",
        problem: "every column lacks a value somewhere (--missing drop-columns); try drop-rows")
    }
    let dropped = Set(0..<schema.featureCount).subtracting(kept).sorted()
    let names = dropped.prefix(5).map { schema.title(of: $0) }.joined(separator: ", ")
    let note =
      "\(dropped.count) of \(schema.featureCount) columns lack values and are left out: "
      + names + (dropped.count > 5 ? ", ..." : "")
    // Without names the others keep their numbers as such.
    let titles = schema.names ?? (0..<schema.featureCount).map(String.init)
    return TablePart(
      ColumnView(table, columns: kept, names: titles), target: target, division: division,
      notes: notes + [note])
  }
}
