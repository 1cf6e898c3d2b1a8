import Tables

/// All that a text table holds, as rows; what the streaming reader gives.
final class TextTable: RowSink {
  private(set) var rows: [[Float]] = []
  private(set) var ids: [String] = []
  private(set) var labels: [String] = []
  private(set) var features: [String]?
  private(set) var notes: [String] = []

  /// Reads `bytes`, which come in pieces of `pieceSize` and are worked on in blocks of `blockSize`.
  init(
    _ bytes: [UInt8], options: TextOptions = .init(), columns: ColumnChoice = .init(),
    pieceSize: Int = 1 << 16,
    blockSize: Int = 1 << 20
  ) throws {
    var table = TableOptions()
    (table.text, table.columns) = (options, columns)
    let reader = TextTableReader(path: "t.csv", options: table, blockSize: blockSize) { [self] layout in
      features = layout.names.map { names in
        names.indices.filter { layout.roles[$0] == .feature }.map { names[$0] }
      }
      notes = layout.notes
      return self
    }
    for start in stride(from: 0, to: bytes.count, by: pieceSize) {
      try bytes[start..<min(bytes.count, start + pieceSize)].withUnsafeBytes { try reader.feed($0) }
    }
    _ = try reader.finish()
  }

  func append(id: String) { ids.append(id) }
  func append(label: String, number: Float?) { labels.append(label) }
  func append(_ features: UnsafeBufferPointer<Float>) { rows.append(Array(features)) }
}

extension ColumnChoice {
  /// A choice in one expression.
  static func of(
    label: String = "", id: String = "", include: [String] = [], exclude: [String] = [],
    dropsText: Bool = false
  ) -> ColumnChoice {
    var choice = ColumnChoice()
    choice.label = label
    choice.id = id
    choice.include = ColumnPatterns(include)
    choice.exclude = ColumnPatterns(exclude)
    choice.textColumns = dropsText ? .drop : .refuse
    return choice
  }
}
