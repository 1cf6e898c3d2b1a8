extension TablePart {
  /// The part with a column of its table taken as the target.
  ///
  /// The label is the column's name or, where no column is called so, its number from 0. Throws `DataError.noColumn`.
  func takingLabel(_ options: TableOptions) throws -> TablePart {
    let (label, schema) = (options.label, table.schema)
    let number = Int(label).flatMap { schema.kinds.indices.contains($0) ? $0 : nil }
    guard let place = schema.names?.firstIndex(of: label) ?? number, schema.featureCount > 1 else {
      if options.isLabelOptional { return self }
      throw DataError.noColumn(path: table.path, label, names: schema.names, count: schema.featureCount)
    }
    let rows = Array(0..<UInt32(table.rowCount))
    return TablePart(
      ColumnView(table, columns: schema.kinds.indices.filter { $0 != place }),
      target: .column(table.values(of: rows, features: place..<place + 1)))
  }
}
