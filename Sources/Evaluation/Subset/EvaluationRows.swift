import LinearAlgebra

/// The rows that an evaluation works on, read in blocks: features and, if they are not their own targets, targets.
///
/// Classes are given as columns that are 1 in the rows of a class and 0 elsewhere.
package struct EvaluationRows {
  /// Number of rows.
  package let rowCount: Int
  /// Number of features.
  package let featureCount: Int
  /// Number of targets; nil where the features are the targets.
  package let targetCount: Int?
  /// Writes a range of rows to features [rows, features] and, where there are targets, to targets [rows, targets].
  package let read: (Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?) throws -> Void

  /// Rows that `read` gives.
  package init(
    rowCount: Int, featureCount: Int, targetCount: Int? = nil,
    read: @escaping (Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?) throws -> Void
  ) {
    self.rowCount = rowCount
    self.featureCount = featureCount
    self.targetCount = targetCount
    self.read = read
  }

  /// The same rows with some of their features as targets.
  package func predicting(features: [Int]) -> EvaluationRows {
    EvaluationRows(rowCount: rowCount, featureCount: featureCount, targetCount: features.count) {
      range, inputs, targets in
      try read(range, inputs, nil)
      guard let targets else { return }
      for i in 0..<range.count {
        for (t, feature) in features.enumerated() {
          targets[i * features.count + t] = inputs[i * featureCount + feature]
        }
      }
    }
  }

  /// The same rows, kept in memory if they have no more than `limit` bytes: for those that are read many times.
  package func kept(limit: Int = 1 << 28) throws -> EvaluationRows {
    let width = targetCount ?? 0
    guard rowCount * (featureCount + width) * MemoryLayout<Double>.stride <= limit else { return self }
    let features = AlignedBuffer<Double>(count: max(1, rowCount * featureCount))
    let targets = AlignedBuffer<Double>(count: max(1, rowCount * width))
    for start in stride(from: 0, to: rowCount, by: Self.blockRows) {
      let range = start..<min(start + Self.blockRows, rowCount)
      try read(
        range, features.base + start * featureCount, targetCount == nil ? nil : targets.base + start * width)
    }
    return EvaluationRows(rowCount: rowCount, featureCount: featureCount, targetCount: targetCount) {
      [featureCount] range, inputs, outputs in
      inputs.update(
        from: features.base + range.lowerBound * featureCount, count: range.count * featureCount)
      outputs?.update(from: targets.base + range.lowerBound * width, count: range.count * width)
    }
  }

  /// Rows read at once.
  static let blockRows = 512

  /// Calls `body` with each block in turn: its first row, number of rows, features, and targets, which are the features
  /// themselves where there are no others.
  func forEachBlock(
    _ body: (Int, Int, MatrixView<Double>, MatrixView<Double>) throws -> Void
  ) throws {
    let inputs = AlignedBuffer<Double>(count: min(rowCount, Self.blockRows) * featureCount)
    let targets = targetCount.map { AlignedBuffer<Double>(count: min(rowCount, Self.blockRows) * $0) }
    for start in stride(from: 0, to: rowCount, by: Self.blockRows) {
      let end = min(start + Self.blockRows, rowCount)
      try read(start..<end, inputs.base, targets?.base)
      let x = MatrixView(inputs.base, rows: end - start, columns: featureCount)
      let y = targets.map { MatrixView($0.base, rows: end - start, columns: targetCount ?? 0) } ?? x
      try body(start, end - start, x, y)
    }
  }
}
