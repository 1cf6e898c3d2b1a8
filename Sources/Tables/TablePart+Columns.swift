extension TablePart {
  /// The part with those of its columns as features that are chosen, and one perhaps as the target.
  ///
  /// Throws `ColumnChoiceError`.
  func choosing(_ columns: ColumnChoice) throws -> TablePart {
    var columns = columns
    // A reader that has found the target has left its column out.
    if target != nil { columns.label = "" }
    let schema = table.schema
    let roles = try columns.roles(names: schema.names, count: schema.featureCount, path: table.path)
    let features = roles.indices.filter { roles[$0] == .feature }
    guard features.count < roles.count else { return self }
    let label = roles.firstIndex(of: .label).map { place in
      Target.column(table.values(of: Array(0..<UInt32(table.rowCount)), features: place..<place + 1))
    }
    return TablePart(ColumnView(table, columns: features), target: label ?? target, notes: notes)
  }
}
