import CounterRandom
import FeatureData
import CVectorMath

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

  /// Copies rows [count, features], scaled to 0...1.
  public func copyRows(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Float>) {
    copy(rows) { cvm_from_bytes_f32(destination + $0, $1, featureCount, 1 / 255) }
  }

  /// Copies rows [count, features], scaled to 0...1.
  public func copyRows(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Double>) {
    copy(rows) { cvm_from_bytes_f64(destination + $0, $1, featureCount, 1 / 255) }
  }

  private func copy(_ rows: UnsafeBufferPointer<UInt32>, _ body: (Int, UnsafePointer<UInt8>) -> Void) {
    let stored = bytes.count / featureCount
    bytes.withUnsafeBufferPointer { bytes in
      for (index, row) in rows.enumerated() {
        body(index * featureCount, bytes.baseAddress! + Int(row) % stored * featureCount)
      }
    }
  }
}
