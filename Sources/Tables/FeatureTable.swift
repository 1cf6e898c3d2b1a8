/// Rows of features, `[rowCount, featureCount]`, read as numbers scaled to [0, 1].
///
/// Every rank opens the whole table and converts the rows of its own slice only.
public protocol FeatureTable: Sendable {
  /// Samples.
  var rowCount: Int { get }
  /// Features of a sample.
  var featureCount: Int { get }
  /// How features lie on an image; nil when they are not pixels.
  var grid: FeatureGrid? { get }
  /// One name for each feature; nil when they have none.
  var featureNames: [String]? { get }

  /// SHA-256, in hexadecimal, of the unpacked bytes the table was read from, so that ranks can compare.
  ///
  /// Throws `DataError` when the bytes cannot be read any more. Reads everything.
  func contentHash() throws -> String

  /// Writes the scaled values of `features` of `rows`, in that order, as `[rows.count, features.count]`; allocates
  /// nothing.
  func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Float>)

  /// Writes the scaled values of `features` of `rows`, in that order, as `[rows.count, features.count]`; allocates
  /// nothing.
  func copyRows(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, into destination: UnsafeMutablePointer<Double>)
}

extension FeatureTable {
  /// Writes all scaled values of `rows`, in that order, as `[rows.count, featureCount]`; allocates nothing.
  public func copyRows(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Float>) {
    copyRows(rows, features: 0..<featureCount, into: destination)
  }

  /// Writes all scaled values of `rows`, in that order, as `[rows.count, featureCount]`; allocates nothing.
  public func copyRows(_ rows: UnsafeBufferPointer<UInt32>, into destination: UnsafeMutablePointer<Double>) {
    copyRows(rows, features: 0..<featureCount, into: destination)
  }
}
