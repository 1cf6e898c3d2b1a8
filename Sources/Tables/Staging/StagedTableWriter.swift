import AtomicFile
import Foundation

/// Writes the rows of a table as they come into the form that is trained from: row-major float32 NPY, or the entries of sparse
/// rows, with labels and identifiers in files beside it. Nothing appears under its name before `finish`.
final class StagedTableWriter: RowSink {
  private let path: String
  private let base: String
  private let schema: TableSchema
  private let rows: any StagedRows
  private var rowCount = 0
  private var missing: [Int]
  private var firstMissing: TableSidecar.Place?
  private var labels: TargetColumn?
  private var parts: [RowDivision.Part]?
  private var groups: GroupColumn?
  /// Whether identifiers are the groups, and what a group's name ends before.
  private let grouping: (byIdentifier: Bool, until: String)
  private var weights: [Float]?
  private var identifiers: LineFile?

  /// Begins the table that `finish` puts at `path`. Throws `FileError`.
  init(_ path: String, columns: TableColumns, choice: ColumnChoice) throws {
    let (schema, roles) = (columns.schema, columns.roles)
    self.path = path
    self.schema = schema
    base = path.hasSuffix(".npy") ? String(path.dropLast(4)) : path
    rows =
      columns.isSparse
      ? try StagedSparseRows(path, base: base) : try StagedDenseRows(path, width: schema.featureCount)
    missing = Array(repeating: 0, count: schema.featureCount)
    labels = roles.contains(.label) ? TargetColumn() : nil
    parts = roles.contains(.split) ? [] : nil
    let (column, until) = choice.grouping(columns.names)
    let named = ColumnLookup(names: columns.names, count: roles.count).columns(column)
    let byIdentifier = !choice.group.isEmpty && named.count == 1 && roles[named[0]] == .id
    grouping = (byIdentifier, until)
    groups = roles.contains(.group) || byIdentifier ? GroupColumn() : nil
    weights = roles.contains(.weight) ? [] : nil
    if roles.contains(.id) { identifiers = try LineFile(base + ".ids") }
  }

  func append(id: String) throws {
    try identifiers?.append(id)
    if grouping.byIdentifier { append(group: id) }
  }

  func append(label: String, number: Float?) throws { try labels?.append(label, number: number) }

  func append(part: RowDivision.Part) { parts?.append(part) }

  func append(group: String) {
    let end = grouping.until.isEmpty ? nil : group.range(of: grouping.until, options: .backwards)?.lowerBound
    groups?.append(end.map { String(group[..<$0]) } ?? group)
  }

  func append(weight: Float) { weights?.append(weight) }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    // A sum is NaN when one of its terms is: a row without missing values is looked at once.
    var sum: Float = 0
    for index in features.indices { sum += features[index] * 0 }
    if sum.isNaN { countMissing(features) }
    try rows.append(features)
    rowCount += 1
  }

  private func countMissing(_ features: UnsafeBufferPointer<Float>) {
    for index in features.indices where features[index].isNaN {
      missing[index] += 1
      if firstMissing == nil { firstMissing = .init(row: rowCount, feature: index) }
    }
  }

  /// Puts all files in place, the sidecar last, which is what makes them a table. Throws `FileError`.
  func finish(
    sidecar place: String, path data: String, sources: [TableSidecar.Source], options: TableOptions,
    notes: [String]
  ) throws -> TableSidecar {
    let entries = try rows.finish(rowCount: rowCount)
    try identifiers?.finish()
    let sidecar = TableSidecar(
      data: Self.name(path), rows: rowCount, entries: entries, schema: schema,
      missing: firstMissing == nil ? nil : missing,
      firstMissing: firstMissing, label: try labels.map { try write($0.target()) },
      split: try parts.map { parts in
        try write(
          codes: parts.map { Int32($0.rawValue) }, classes: RowDivision.Part.allCases.map { "\($0)" },
          as: "split")
      },
      group: try groups.map { try write(codes: $0.codes, classes: nil, as: "group") },
      weight: try weights.map { .init(file: try write($0, element: "<f4", as: "weight"), classes: nil) },
      identifiers: identifiers.map { Self.name($0.path) }, path: data, sources: sources, options: options,
      notes: notes)
    try sidecar.write(to: place)
    return sidecar
  }

  private func write(_ target: Target) throws -> TableSidecar.Label {
    switch target {
    case .classes(let codes, let names): return try write(codes: codes, classes: names, as: "target")
    case .values(let values):
      return .init(file: try write(values, element: "<f4", as: "target"), classes: nil)
    }
  }

  private func write(codes: [Int32], classes: [String]?, as suffix: String) throws -> TableSidecar.Label {
    .init(file: try write(codes, element: "<i4", as: suffix), classes: classes)
  }

  /// Writes one number a row into a file beside the table and returns its name.
  private func write<Element>(_ column: [Element], element: String, as suffix: String) throws -> String {
    let path = "\(base).\(suffix).npy"
    try AtomicFile.write(to: path) { output in
      try NPYHeader.bytes(rows: column.count, columns: nil, element: element).withUnsafeBytes(output.append)
      try column.withUnsafeBytes(output.append)
    }
    return Self.name(path)
  }

  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
