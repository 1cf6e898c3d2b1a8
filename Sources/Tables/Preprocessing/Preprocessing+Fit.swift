extension Preprocessing {
  /// What the rows of a table come to.
  package struct Fit: Sendable, Codable {
    /// The maps.
    package let maps: Preprocessing
    /// Values of the rows that are missing.
    package let missing: Int
  }

  /// Works out the maps from the training rows of a table, and makes sure that no other of `rows` has a value that
  /// cannot be used.
  ///
  /// Rows count as `weights`, one a row of the table, say. A feature that has one value alone on the training rows keeps its
  /// size: scale 1. Throws `DataError` for values
  /// that are missing (unless `missing` says what stands in for them) or infinite.
  package static func fit(
    _ table: any Table, split: RowSplit, method: ScaleMethod, missing: MissingPolicy,
    weights: [Float]? = nil
  ) throws -> Fit {
    let kinds = table.schema.kinds
    let methods = kinds.map { kind in
      method == .automatic ? (kind == .byte ? ScaleMethod.unit : .standard) : method
    }
    // Bytes are never missing, and what `unit` does to them is known beforehand.
    let needsRows = zip(kinds, methods).contains { $0 != .byte || ($1 != .none && $1 != .unit) }
    let statistics = needsRows ? ColumnStatistics(table, rows: split.training, weights: weights) : nil
    let missingCount = try statistics.map { try check(table, $0, split, missing) } ?? 0
    let largest = statistics.map { max($0.maxima.max() ?? 0, -($0.minima.min() ?? 0)) } ?? 0
    var (offset, scale) = (
      [Double](repeating: 0, count: kinds.count), [Double](repeating: 1, count: kinds.count)
    )
    for column in kinds.indices {
      switch methods[column] {
      case .automatic, .none: break
      case .unit: scale[column] = kinds[column] == .byte ? 1 / 255 : reciprocal(largest)
      case .standard:
        offset[column] = statistics!.center(column)
        scale[column] = reciprocal(statistics!.deviation(column))
      case .minmax:
        guard statistics!.counts[column] > 0 else { continue }
        offset[column] = statistics!.minima[column]
        scale[column] = reciprocal(statistics!.maxima[column] - statistics!.minima[column])
      }
    }
    let fill = missing.fills ? statistics.map { found in kinds.indices.map { found.center($0) } } : nil
    return Fit(
      maps: Preprocessing(
        offset: offset, scale: scale, fill: fill, countsObserved: missing == .observed && fill != nil),
      missing: missingCount)
  }

  /// 1 / size; 1 for a size of 0, and for one whose inverse no float holds.
  private static func reciprocal(_ size: Double) -> Double {
    size > 0 && Float(1 / size).isFinite ? 1 / size : 1
  }

  /// Makes sure that `rows` have no value that these maps cannot be used for; returns how many are missing. Throws
  /// `DataError`.
  package func check(_ table: any Table, rows: [UInt32]) throws -> Int {
    guard table.schema.kinds.contains(.number) else { return 0 }
    let statistics = ColumnStatistics(table, rows: rows)
    if statistics.hasInfinity || fill == nil && statistics.missing > 0 {
      throw Self.fault(table, rows: rows, refusesMissing: fill == nil)
    }
    return statistics.missing
  }

  private static func check(
    _ table: any Table, _ training: ColumnStatistics, _ split: RowSplit, _ missing: MissingPolicy
  ) throws -> Int {
    let others = ColumnStatistics(table, rows: split.validation + split.test)
    if training.hasInfinity || others.hasInfinity
      || !missing.fills && training.missing + others.missing > 0
    {
      throw fault(
        table, rows: (split.training + split.validation + split.test).sorted(),
        refusesMissing: !missing.fills)
    }
    return training.missing + others.missing
  }

  /// Says where the first value is that cannot be used, and how many are missing.
  private static func fault(_ table: any Table, rows: [UInt32], refusesMissing: Bool) -> DataError {
    let width = table.schema.featureCount
    var (first, missing, columns) = (DataError?.none, 0, Set<Int>())
    for row in rows {
      let values: [Float] = table.values(of: [row], features: 0..<width)
      for (column, value) in values.enumerated() where !value.isFinite {
        if !value.isNaN {
          return .infinite(path: table.path, row: Int(row), column: table.schema.title(of: column))
        }
        missing += 1
        columns.insert(column)
        guard first == nil else { continue }
        first = .missingValues(
          path: table.path, count: 0, columns: 0, row: Int(row), column: table.schema.title(of: column))
      }
    }
    guard case .missingValues(let path, _, _, let row, let column) = first, refusesMissing else {
      preconditionFailure("called for a table with such a value")
    }
    return .missingValues(path: path, count: missing, columns: columns.count, row: row, column: column)
  }
}

extension ColumnStatistics {
  /// The mean of a feature, as a float, so that both precisions take off the same number; 0 for one without values.
  fileprivate func center(_ column: Int) -> Double { Double(Float(means[column])) }
}
