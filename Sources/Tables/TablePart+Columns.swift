extension TablePart {
  /// The part with those of its columns as features that are chosen, which these are, others as the target or for the
  /// division of rows, and the names that are given.
  ///
  /// Throws `ColumnChoiceError`, and `DataError` for a value that says no part.
  func choosing(_ options: TableOptions) throws -> (part: TablePart, columns: [Int]) {
    var columns = options.columns
    // A reader that has found the target or the division has left their columns out.
    if target != nil { columns.label = "" }
    if division.parts != nil { columns.split = "" }
    if division.groups != nil { columns.group = "" }
    if division.weights != nil { columns.weight = "" }
    let schema = table.schema
    let names = try options.columnNames(schema.names, count: schema.featureCount, path: table.path)
    let roles = try columns.roles(names: names, count: schema.featureCount, path: table.path)
    let features = roles.indices.filter { roles[$0] == .feature }
    guard features.count < roles.count || names != schema.names else { return (self, features) }
    func column(_ role: ColumnChoice.Role) -> (place: Int, values: [Float])? {
      roles.firstIndex(of: role).map {
        ($0, table.values(of: Array(0..<UInt32(table.rowCount)), features: $0..<$0 + 1))
      }
    }
    if let split = column(.split) {
      throw DataError.content(
        path: table.path, place: "column \(split.place)",
        problem: "holds numbers, and --split needs \(RowDivision.Part.expectation); give a table of text")
    }
    let groups = column(.group).map { _, values in
      var groups = GroupColumn()
      for value in values { groups.append("\(value)") }
      return groups.codes
    }
    let weights = column(.weight)
    for (row, value) in (weights?.values ?? []).enumerated() where RowDivision.weight(value) == nil {
      throw DataError.content(
        path: table.path, place: "row \(row + 1), '\(names?[weights!.place] ?? "\(weights!.place)")'",
        problem: "\(value) is no weight; --weight needs \(RowDivision.weightExpectation)")
    }
    return (
      TablePart(
        ColumnView(table, columns: features, names: names),
        target: column(.label).map { Target.column($1) } ?? target,
        division: RowDivision(
          parts: division.parts, groups: groups ?? division.groups,
          weights: weights?.values ?? division.weights),
        notes: notes),
      features
    )
  }
}
