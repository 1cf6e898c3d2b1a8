/// What the features of a table are: how many, their names and kinds, and how they lie on an image.
package struct TableSchema: Sendable, Hashable {
  /// One name a feature; nil when they have none.
  package let names: [String]?
  /// One kind a feature.
  package let kinds: [FeatureKind]
  /// How features lie on an image; nil when they are not pixels.
  package let grid: FeatureGrid?

  /// Features of these kinds; as many names, and places of the grid, as there are kinds.
  package init(kinds: [FeatureKind], names: [String]? = nil, grid: FeatureGrid? = nil) {
    precondition(names.map { $0.count == kinds.count } ?? true, "one name a feature")
    precondition(grid.map { $0.rows * $0.columns == kinds.count } ?? true, "one place a feature")
    self.kinds = kinds
    self.names = names
    self.grid = grid
  }

  /// `count` features of one kind.
  package init(count: Int, kind: FeatureKind, names: [String]? = nil, grid: FeatureGrid? = nil) {
    self.init(kinds: Array(repeating: kind, count: count), names: names, grid: grid)
  }

  /// Features of a row.
  package var featureCount: Int { kinds.count }

  /// A feature's name, or its number where it has none, for messages: `'DYRK1A_N'`, `12`.
  package func title(of feature: Int) -> String { names.map { "'\($0[feature])'" } ?? "\(feature)" }

  /// The schema of some of the features; they are no image any more, unless all are there.
  package func selecting(_ features: [Int]) -> TableSchema {
    TableSchema(
      kinds: features.map { kinds[$0] }, names: names.map { names in features.map { names[$0] } },
      grid: features.elementsEqual(kinds.indices) ? grid : nil)
  }
}

extension TableSchema: Codable {
  private enum Key: String, CodingKey { case features, kinds, names, grid }

  /// Reads what `encode(to:)` wrote; throws `DecodingError` where counts do not fit each other.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let count = try container.decode(Int.self, forKey: .features)
    var kinds = try container.decode([FeatureKind].self, forKey: .kinds)
    if kinds.count == 1, (1..<1 << 31).contains(count) { kinds = Array(repeating: kinds[0], count: count) }
    let names = try container.decodeIfPresent([String].self, forKey: .names)
    let grid = try container.decodeIfPresent(FeatureGrid.self, forKey: .grid)
    let places = grid.map { $0.rows.multipliedReportingOverflow(by: $0.columns) }
    guard kinds.count == count, names.map({ $0.count == count }) ?? true,
      places.map({ $0.partialValue == count && !$0.overflow && grid!.rows > 0 && grid!.columns > 0 }) ?? true
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "kinds, names or grid do not fit \(count) features"))
    }
    self.init(kinds: kinds, names: names, grid: grid)
  }

  /// Writes one kind for all where they are equal: a wide table's schema stays short.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(featureCount, forKey: .features)
    let isUniform = kinds.allSatisfy { $0 == kinds.first }
    try container.encode(isUniform ? Array(kinds.prefix(1)) : kinds, forKey: .kinds)
    try container.encodeIfPresent(names, forKey: .names)
    try container.encodeIfPresent(grid, forKey: .grid)
  }
}
