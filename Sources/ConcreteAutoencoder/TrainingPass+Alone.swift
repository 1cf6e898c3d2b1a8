import LinearAlgebra

extension TrainingPass {
  /// The sums and the gradient of a batch of so many rows, for a worker who is alone.
  package func gradient(
    _ selection: StepSelection<Scalar>, rowCount: Int, firstRow: Int, globalRows: Int,
    into gradient: UnsafeMutablePointer<Scalar>, accumulate: Bool = false
  ) -> LossSums {
    var sums = LossSums()
    self.gradient(
      selection, [PassTask(rowCount: rowCount, firstRow: firstRow, accumulates: accumulate)],
      globalRows: globalRows, into: GradientBuffers([gradient]), synchronize: {}
    ) { part, _, _ in sums += part }
    return sums
  }
}
