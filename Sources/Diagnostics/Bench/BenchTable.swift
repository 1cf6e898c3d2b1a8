import CounterRandom
import Tables

/// Rows of random bytes in memory, for measuring without data.
enum BenchTable {
  /// The bytes held at the most; more rows than fit are taken from these again and again.
  private static let capacity = 16 << 20

  /// A dataset that trains on `rowCount` rows of `featureCount` features, the same in every call.
  static func dataset(rowCount: Int, featureCount: Int) throws -> Dataset {
    let stored = max(1, min(rowCount, capacity / featureCount))
    var generator = CounterGenerator(RandomStream(seed: 0, purpose: .syntheticData))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(stored * featureCount + 8)
    while bytes.count < stored * featureCount {
      withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - stored * featureCount)
    let table = ByteTable(bytes, path: "bench", schema: TableSchema(count: featureCount, kind: .byte))
    let split = RowSplit(training: (0..<rowCount).map { UInt32($0 % stored) })
    let preprocessing = try Preprocessing.fit(table, split: split, method: .automatic, missing: .error).maps
    return Dataset(TablePart(table), preprocessing: preprocessing, split: split)
  }
}
