import LinearAlgebra

/// The rows that an evaluation works on, read in blocks: features and, if they are not their own targets, targets.
///
/// Classes are given as columns that are 1 in the rows of a class and 0 elsewhere.
package struct EvaluationRows {
  /// Writes a range of rows to features [rows, features], where there are targets to targets [rows, targets], and where
  /// features are targets that can be missing 1 or 0 for each to the last [rows, features].
  package typealias Reader = (
    Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<UInt8>?
  ) throws -> Void

  /// Number of rows.
  package let rowCount: Int
  /// Number of features.
  package let featureCount: Int
  /// Number of targets; nil where the features are the targets.
  package let targetCount: Int?
  /// Whether targets are the classes of a label, of which each row has one.
  package let areClasses: Bool
  /// Whether features are targets of which some are missing, so that something stands in for them.
  package let hasGaps: Bool
  /// What each row counts; nil: all alike.
  package let weights: [Double]?
  /// Reads rows.
  package let read: Reader

  /// Rows that `read` gives.
  package init(
    rowCount: Int, featureCount: Int, targetCount: Int? = nil, areClasses: Bool = false,
    hasGaps: Bool = false,
    weights: [Double]? = nil, read: @escaping Reader
  ) {
    precondition(weights.map { $0.count == rowCount } ?? true, "one weight a row")
    self.weights = weights
    self.rowCount = rowCount
    self.featureCount = featureCount
    self.targetCount = targetCount
    self.areClasses = areClasses
    self.hasGaps = hasGaps && targetCount == nil
    self.read = read
  }

  /// What all rows count together.
  var weight: Double { weights?.reduce(0, +) ?? Double(rowCount) }

  /// The same rows with some of their features as targets.
  package func predicting(features: [Int]) -> EvaluationRows {
    EvaluationRows(
      rowCount: rowCount, featureCount: featureCount, targetCount: features.count, weights: weights
    ) { range, inputs, targets, _ in
      try read(range, inputs, nil, nil)
      guard let targets else { return }
      for i in 0..<range.count {
        for (t, feature) in features.enumerated() {
          targets[i * features.count + t] = inputs[i * featureCount + feature]
        }
      }
    }
  }

  /// Rows read at once.
  static let blockRows = 512

  /// Some of the rows.
  struct Block {
    /// The place of the first.
    let first: Int
    /// Features, [rows, features].
    let features: MatrixView<Double>
    /// Targets, [rows, targets]: the features themselves where there are no others.
    let targets: MatrixView<Double>
    /// 1 for each target that was observed and 0 for each that is missing; nil where none is.
    let observed: UnsafePointer<UInt8>?
    /// What each row counts; nil: all alike.
    let weights: ArraySlice<Double>?

    /// What row `i` of the block counts.
    func weight(_ i: Int) -> Double { weights.map { $0[first + i] } ?? 1 }

    /// How many there are.
    var count: Int { features.rows }
  }

  /// Calls `body` with each block in turn.
  func forEachBlock(_ body: (Block) throws -> Void) throws {
    let most = min(rowCount, Self.blockRows)
    let inputs = AlignedBuffer<Double>(count: most * featureCount)
    let targets = targetCount.map { AlignedBuffer<Double>(count: most * $0) }
    var observed = [UInt8](repeating: 1, count: hasGaps ? most * featureCount : 0)
    for start in stride(from: 0, to: rowCount, by: Self.blockRows) {
      let count = min(start + Self.blockRows, rowCount) - start
      try observed.withUnsafeMutableBufferPointer { observed in
        let gaps = hasGaps ? observed.baseAddress : nil
        try read(start..<start + count, inputs.base, targets?.base, gaps)
        let x = MatrixView(inputs.base, rows: count, columns: featureCount)
        let y = targets.map { MatrixView($0.base, rows: count, columns: targetCount ?? 0) } ?? x
        try body(
          Block(
            first: start, features: x, targets: y, observed: gaps.map { UnsafePointer($0) },
            weights: weights?[start..<start + count]))
      }
    }
  }
}
