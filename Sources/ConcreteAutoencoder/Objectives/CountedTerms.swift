import LinearAlgebra

/// Which terms of a block's loss count: of targets only values that were observed, and each row by its weight.
///
/// The caller fills in what there is with the block's rows. A row with missing values is brought to those that were
/// observed, and then is a shorter row to the objective, which so needs no loop of its own for it.
package final class CountedTerms<Scalar: Real> {
  /// 1 where a value of the targets was observed and 0 where it is missing, [rows, columns]; nil where none is.
  package let observed: UnsafeMutablePointer<UInt8>?
  /// The weight of each row; nil where all count alike.
  package let weights: UnsafeMutablePointer<Float>?
  private let columns: Int
  /// A row's outputs, biases and targets that count.
  private let packed: AlignedBuffer<Scalar>

  /// Room for what `rows` rows of `columns` targets need, all observed and of weight 1 until the caller says other.
  package init(rows: Int, columns: Int, hasGaps: Bool, isWeighted: Bool) {
    self.columns = columns
    observed = hasGaps ? .allocate(capacity: rows * columns) : nil
    observed?.initialize(repeating: 1, count: rows * columns)
    weights = isWeighted ? .allocate(capacity: rows) : nil
    weights?.initialize(repeating: 1, count: rows)
    packed = AlignedBuffer(count: hasGaps ? 3 * columns : 0)
  }

  deinit {
    observed?.deallocate()
    weights?.deallocate()
  }

  /// Whether every term counts alike.
  package var isPlain: Bool { observed == nil && weights == nil }

  /// What `objective.differentiate` does to a block's outputs, whose first row is `firstRow` of these, and its sums, over the
  /// terms that count.
  package func differentiate(
    _ objective: any Objective, _ output: MatrixView<Scalar>, bias: UnsafePointer<Scalar>,
    target: TargetBlock<Scalar>, firstRow: Int = 0, scale: Double
  ) -> LossSums {
    guard !isPlain else { return objective.differentiate(output, bias: bias, target: target, scale: scale) }
    var sums = LossSums()
    for row in 0..<output.rows {
      sums += differentiate(
        objective, row: row, of: output, bias: bias, target: target, firstRow: firstRow, scale: scale)
    }
    return sums
  }

  /// The same for one row of the block.
  package func differentiate(
    _ objective: any Objective, row: Int, of block: MatrixView<Scalar>, bias: UnsafePointer<Scalar>,
    target: TargetBlock<Scalar>, firstRow: Int = 0, scale: Double
  ) -> LossSums {
    let output = MatrixView(block.row(row), rows: 1, columns: block.columns)
    let weight = weights.map { Double($0[firstRow + row]) } ?? 1
    var sums =
      switch target {
      case .classes(let codes):
        objective.differentiate(output, bias: bias, target: .classes(codes + row), scale: scale * weight)
      case .values(let values):
        differentiate(
          objective, output, bias, MatrixView(values.row(row), rows: 1, columns: values.columns),
          observed: observed.map { UnsafePointer($0 + (firstRow + row) * columns) }, scale: scale * weight)
      }
    sums.loss *= weight
    sums.weight *= weight
    sums.correct *= weight
    return sums
  }

  private func differentiate(
    _ objective: any Objective, _ output: MatrixView<Scalar>, _ bias: UnsafePointer<Scalar>,
    _ target: MatrixView<Scalar>, observed: UnsafePointer<UInt8>?, scale: Double
  ) -> LossSums {
    let outputs = packed.base
    guard let observed,
      case let count = Scalar.pack(out: outputs, x: output.base, chosen: observed, count: columns),
      count < columns
    else { return objective.differentiate(output, bias: bias, target: .values(target), scale: scale) }
    let (biases, targets) = (outputs + columns, outputs + 2 * columns)
    _ = Scalar.pack(out: biases, x: bias, chosen: observed, count: columns)
    _ = Scalar.pack(out: targets, x: target.base, chosen: observed, count: columns)
    let sums = objective.differentiate(
      MatrixView(outputs, rows: 1, columns: count), bias: biases,
      target: .values(MatrixView(targets, rows: 1, columns: count)), scale: scale)
    Scalar.unpack(out: output.base, packed: outputs, chosen: observed, count: columns)
    return sums
  }
}
