import LinearAlgebra

/// Takes from each column a value near its mean, so that products of columns far from 0 lose no digits, and finds the mean.
struct ColumnShift {
  /// What is taken from each column.
  private(set) var shift: [Double]
  /// The sums of the columns after that.
  let sums: AlignedBuffer<Double>
  private let partial: AlignedBuffer<Double>

  init(columns: Int) {
    shift = []
    sums = AlignedBuffer(count: columns)
    partial = AlignedBuffer(count: columns)
  }

  /// Shifts a block of rows by the means of the first one, multiplies each by the root of its weight, so that products are
  /// weighted, and adds the weighted rows to the sums.
  mutating func apply(to x: MatrixView<Double>, of block: EvaluationRows.Block) {
    Double.columnSums(out: partial.base, x: x.base, rows: x.rows, columns: x.columns)
    if shift.isEmpty { shift = partial.elements.map { $0 / Double(x.rows) } }
    for i in 0..<x.rows { Double.addScaled(x: x.row(i), y: shift, count: x.columns, scale: -1) }
    guard block.weights != nil else {
      Double.columnSums(out: partial.base, x: x.base, rows: x.rows, columns: x.columns)
      return Double.addScaled(x: sums.base, y: partial.base, count: x.columns, scale: 1)
    }
    for i in 0..<x.rows {
      let (row, weight) = (x.row(i), block.weight(i))
      Double.addScaled(x: sums.base, y: row, count: x.columns, scale: weight)
      for j in 0..<x.columns { row[j] *= weight.squareRoot() }
    }
  }

  /// The means of the shifted columns of rows that count `weight` together.
  func remainders(weight: Double) -> [Double] { sums.elements.map { $0 / weight } }

  /// The means of the columns of rows that count `weight` together.
  func means(weight: Double) -> [Double] { zip(shift, sums.elements).map { $0 + $1 / weight } }
}

extension MatrixView where Scalar == Double {
  /// Adds the sums of squares of the columns to `sums`.
  func addSquares(to sums: inout [Double]) {
    for i in 0..<rows {
      let row = row(i)
      for j in 0..<columns { sums[j] += row[j] * row[j] }
    }
  }
}
