import AtomicFile
import Tables

/// Rows that a few hidden factors make, values in 0 ... 1, the same for the same arguments.
struct SyntheticTable {
  let rowCount: Int
  let featureCount: Int
  let grid: FeatureGrid?
  private(set) var values: [Float]

  init(rows: Int, features: Int, grid: FeatureGrid? = nil, seed: UInt64 = 1) {
    precondition(grid.map { $0.rows * $0.columns == features } ?? true)
    rowCount = rows
    featureCount = features
    self.grid = grid
    var random = SplitMix(state: seed)
    let factors = 5
    let loadings = (0..<factors * features).map { _ in random.uniform() - 0.5 }
    values = []
    for _ in 0..<rows {
      let scores = (0..<factors).map { _ in random.uniform() - 0.5 }
      for j in 0..<features {
        let sum = (0..<factors).reduce(0) { $0 + scores[$1] * loadings[$1 * features + j] }
        values.append(Float(min(1, max(0, 0.5 + sum + 0.02 * (random.uniform() - 0.5)))))
      }
    }
  }

  /// The same table with one value replaced.
  func replacing(row: Int, feature: Int, by value: Float) -> SyntheticTable {
    var table = self
    table.values[row * featureCount + feature] = value
    return table
  }

  /// A class for each row that its features tell.
  func labels(classes: Int) -> [Int32] {
    (0..<rowCount).map { row in
      let start = row * featureCount
      let sum = values[start..<start + featureCount / 2].reduce(0, +) / Float(featureCount / 2)
      return Int32(max(0, min(classes - 1, Int((sum - 0.3) / 0.4 * Float(classes)))))
    }
  }

  /// The table as a part of data, with these classes.
  func part(classes codes: [Int32]? = nil) -> TablePart {
    let schema = TableSchema(count: featureCount, kind: .number, grid: grid)
    let target = codes.map { Target.classes(codes: $0, names: (0...($0.max() ?? 0)).map(String.init)) }
    return TablePart(FloatTable(values, schema: schema), target: target)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix {
  var state: UInt64

  mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((word ^ (word >> 31)) >> 11) * 0x1p-53
  }
}
