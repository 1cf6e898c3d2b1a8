import AtomicFile

/// A NumPy array of float32, rows by columns, NaN for missing values; without names and texts, which it cannot hold.
final class NPYWriter: TableWriter {
  static let suffix = ".npy"

  private let output: any ByteOutput
  private let width: Int
  private var rowCount = 0
  private var block: [Float] = []

  private static let blockCount = 1 << 16

  init(_ heading: TableHeading, to output: any ByteOutput) throws {
    self.output = output
    width = heading.names.count
    try NPYHeader.bytes(rows: 0, columns: width).withUnsafeBytes(output.append)
  }

  func append(_ values: UnsafeBufferPointer<Float>, texts: [String]) throws {
    block += values
    rowCount += 1
    if block.count >= Self.blockCount { try flush() }
  }

  func finish() throws {
    try flush()
    try NPYHeader.bytes(rows: rowCount, columns: width).withUnsafeBytes(output.overwriteStart)
    try output.commit()
  }

  private func flush() throws {
    try block.withUnsafeBytes(output.append)
    block.removeAll(keepingCapacity: true)
  }
}
