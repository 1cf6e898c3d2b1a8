import AtomicFile

/// Writes the rows of a table as they come into the form that is trained from: row-major float32 NPY, with labels and
/// identifiers in files beside it. Nothing appears under its name before `finish`.
final class StagedTableWriter: RowSink {
  private let path: String
  private let data: AtomicFile
  private let schema: TableSchema
  private var block: UnsafeMutableBufferPointer<Float>
  private var filled = 0
  private var rowCount = 0
  private var missing: [Int]
  private var firstMissing: TableSidecar.Place?
  private var labels: TargetColumn?
  private var identifiers: LineFile?

  private static let blockCount = 1 << 18

  /// Begins the table that `finish` puts at `path`. Throws `FileError`.
  init(_ path: String, schema: TableSchema, roles: [ColumnChoice.Role]) throws {
    self.path = path
    self.schema = schema
    data = try AtomicFile(path)
    missing = Array(repeating: 0, count: schema.featureCount)
    labels = roles.contains(.label) ? TargetColumn() : nil
    block = .allocate(capacity: max(Self.blockCount, schema.featureCount))
    if roles.contains(.id) { identifiers = try LineFile(base + ".ids") }
    try NPYHeader.bytes(rows: 0, columns: schema.featureCount).withUnsafeBytes(data.append)
  }

  deinit { block.deallocate() }

  private var base: String { path.hasSuffix(".npy") ? String(path.dropLast(4)) : path }

  func append(id: String) throws { try identifiers?.append(id) }

  func append(label: String, number: Float?) throws { try labels?.append(label, number: number) }

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
    try data.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[..<(filled * 4)]))
    filled = 0
  }

  /// Puts all files in place, the sidecar last, which is what makes them a table. Throws `FileError`.
  func finish(
    sidecar place: String, source: TableSidecar.Source, options: TableOptions, notes: [String]
  ) throws -> TableSidecar {
    try flush()
    try NPYHeader.bytes(rows: rowCount, columns: schema.featureCount).withUnsafeBytes(data.overwriteStart)
    try data.commit()
    try identifiers?.finish()
    let sidecar = TableSidecar(
      data: Self.name(path), rows: rowCount, schema: schema, missing: firstMissing == nil ? nil : missing,
      firstMissing: firstMissing, label: try labels.map { try write($0.target()) },
      identifiers: identifiers.map { Self.name($0.path) }, source: source, options: options, notes: notes)
    try sidecar.write(to: place)
    return sidecar
  }

  private func write(_ target: Target) throws -> TableSidecar.Label {
    let file = base + ".target.npy"
    try AtomicFile.write(to: file) { output in
      switch target {
      case .classes(let codes, _):
        try NPYHeader.bytes(rows: codes.count, columns: nil, element: "<i4").withUnsafeBytes(output.append)
        try codes.withUnsafeBytes(output.append)
      case .values(let values):
        try NPYHeader.bytes(rows: values.count, columns: nil).withUnsafeBytes(output.append)
        try values.withUnsafeBytes(output.append)
      }
    }
    return .init(file: Self.name(file), classes: target.classNames)
  }

  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
