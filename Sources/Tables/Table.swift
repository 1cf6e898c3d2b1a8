import LinearAlgebra

/// Rows of features, `[rowCount, featureCount]`, as they stand in a file.
///
/// Every rank opens the whole table and reads the rows and features of its own slice only. `RowLoader` is what reads
/// rows: nobody else calls `copyRows`.
package protocol Table: Sendable {
  /// Where it was read from, for messages.
  var path: String { get }
  /// Samples.
  var rowCount: Int { get }
  /// The features.
  var schema: TableSchema { get }

  /// SHA-256, in hexadecimal, of the content, so that ranks and resumed runs can compare.
  ///
  /// Throws `DataError` when it cannot be read any more. Reads everything.
  func contentHash() throws -> String

  /// Writes the values of `features` of `rows`, in that order, each taken through `scaling` (whose first map is that of
  /// `features.lowerBound`): row i to `destination + i * stride`. Allocates nothing.
  func copyRows<Scalar: Real>(
    _ rows: UnsafeBufferPointer<UInt32>, features: Range<Int>, scaling: ColumnScaling<Scalar>,
    into destination: UnsafeMutablePointer<Scalar>, stride: Int)
}
