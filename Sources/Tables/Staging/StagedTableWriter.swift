import AtomicFile

/// Writes the rows of a table as they come into the form that is trained from: row-major float32 NPY, with labels and
/// identifiers in files beside it. Nothing appears under its name before `finish`.
final class StagedTableWriter: RowSink {
  private let path: String
  private let file: AtomicFile
  private let schema: TableSchema
  private var block: UnsafeMutableBufferPointer<Float>
  private var filled = 0
  private var rowCount = 0
  private var missing: [Int]
  private var firstMissing: TableSidecar.Place?
  private var labels: TargetColumn?
  private var parts: [RowDivision.Part]?
  private var groups: GroupColumn?
  private var weights: [Float]?
  private var identifiers: LineFile?

  private static let blockCount = 1 << 18

  /// Begins the table that `finish` puts at `path`. Throws `FileError`.
  init(_ path: String, schema: TableSchema, roles: [ColumnChoice.Role]) throws {
    self.path = path
    self.schema = schema
    file = try AtomicFile(path)
    missing = Array(repeating: 0, count: schema.featureCount)
    labels = roles.contains(.label) ? TargetColumn() : nil
    parts = roles.contains(.split) ? [] : nil
    groups = roles.contains(.group) ? GroupColumn() : nil
    weights = roles.contains(.weight) ? [] : nil
    block = .allocate(capacity: max(Self.blockCount, schema.featureCount))
    if roles.contains(.id) { identifiers = try LineFile(base + ".ids") }
    try NPYHeader.bytes(rows: 0, columns: schema.featureCount).withUnsafeBytes(file.append)
  }

  deinit { block.deallocate() }

  private var base: String { path.hasSuffix(".npy") ? String(path.dropLast(4)) : path }

  func append(id: String) throws { try identifiers?.append(id) }

  func append(label: String, number: Float?) throws { try labels?.append(label, number: number) }

  func append(part: RowDivision.Part) { parts?.append(part) }

  func append(group: String) { groups?.append(group) }

  func append(weight: Float) { weights?.append(weight) }

  func append(_ features: UnsafeBufferPointer<Float>) throws {
    if filled + features.count > block.count { try flush() }
    let row = UnsafeMutableBufferPointer(rebasing: block[filled..<filled + features.count])
    // A sum is NaN when one of its terms is: a row without missing values is looked at once.
    var sum: Float = 0
    for index in features.indices {
      row[index] = features[index]
      sum += features[index] * 0
    }
    if sum.isNaN { countMissing(features) }
    filled += features.count
    rowCount += 1
  }

  private func countMissing(_ features: UnsafeBufferPointer<Float>) {
    for index in features.indices where features[index].isNaN {
      missing[index] += 1
      if firstMissing == nil { firstMissing = .init(row: rowCount, feature: index) }
    }
  }

  private func flush() throws {
    try file.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[..<(filled * 4)]))
    filled = 0
  }

  /// Puts all files in place, the sidecar last, which is what makes them a table. Throws `FileError`.
  func finish(
    sidecar place: String, path data: String, sources: [TableSidecar.Source], options: TableOptions,
    notes: [String]
  ) throws -> TableSidecar {
    try flush()
    try NPYHeader.bytes(rows: rowCount, columns: schema.featureCount).withUnsafeBytes(file.overwriteStart)
    try file.commit()
    try identifiers?.finish()
    let sidecar = TableSidecar(
      data: Self.name(path), rows: rowCount, schema: schema, missing: firstMissing == nil ? nil : missing,
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
