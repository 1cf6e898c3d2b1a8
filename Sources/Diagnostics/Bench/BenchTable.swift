import CVectorMath
import CounterRandom
import Tables

/// Rows of random bytes in memory, for measuring without data.
public struct BenchTable: FeatureTable {
  /// Number of rows.
  public let rowCount: Int
  /// Number of features.
  public let featureCount: Int
  private let bytes: [UInt8]

  /// The bytes held at the most; more rows than fit share them.
  private static let capacity = 16 << 20

  /// `rowCount` rows of `featureCount` features, the same in every call.
  public init(rowCount: Int, featureCount: Int) {
    self.rowCount = rowCount
    self.featureCount = featureCount
    let stored = max(1, min(rowCount, Self.capacity / featureCount))
    var generator = CounterGenerator(RandomStream(seed: 0, purpose: .syntheticData))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(stored * featureCount)
    while bytes.count < stored * featureCount {
      withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    self.bytes = bytes
  }

  /// Features are no pixels.
  public var grid: FeatureGrid? { nil }
  /// Features have no names.
  public var featureNames: [String]? { nil }
  /// The rows are always the same.
  public func contentHash() -> String { "bench \(rowCount)x\(featureCount)" }

  /// Copies `features` of rows, [count, features], scaled to 0...1.
  public func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Float>
  ) {
    forEachRow(rows, features) { cvm_from_bytes_f32(destination + $0, $1, features.count, 1 / 255) }
  }

  /// Copies `features` of rows, [count, features], scaled to 0...1.
  public func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Double>
  ) {
    forEachRow(rows, features) { cvm_from_bytes_f64(destination + $0, $1, features.count, 1 / 255) }
  }

  private func forEachRow(
    _ rows: UnsafeBufferPointer<UInt32>, _ features: Range<Int>, _ body: (Int, UnsafePointer<UInt8>) -> Void
  ) {
    let stored = bytes.count / featureCount
    bytes.withUnsafeBufferPointer { bytes in
      let base = bytes.baseAddress! + features.lowerBound
      for (index, row) in rows.enumerated() {
        // As the tables of real rows do.
        if index + 4 < rows.count {
          cvm_prefetch(base + Int(rows[index + 4]) % stored * featureCount, features.count)
        }
        body(index * features.count, base + Int(row) % stored * featureCount)
      }
    }
  }
}
