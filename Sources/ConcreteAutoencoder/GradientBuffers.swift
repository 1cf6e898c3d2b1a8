import LinearAlgebra

/// The flat gradients that micro-batches are written and added to (`MicroBatchTask`).
package struct GradientBuffers<Scalar: Real> {
  /// The first element of each.
  package let bases: [UnsafeMutablePointer<Scalar>]
  /// Elements from the place of a parameter that belongs to no feature to that of its gradient.
  package let hiddenShift: Int
  private let nothing = AlignedBuffer<Scalar>(count: 1024)

  /// Gradients that begin there.
  package init(_ bases: [UnsafeMutablePointer<Scalar>], hiddenShift: Int = 0) {
    (self.bases, self.hiddenShift) = (bases, hiddenShift)
  }

  /// The gradient of a task.
  package subscript(task: MicroBatchTask) -> UnsafeMutablePointer<Scalar> { bases[task.buffer] }

  /// Ends a task of so many rows in a part of its gradient: adds up what can be after it.
  package func finish(_ task: MicroBatchTask, rowCount: Int, _ part: Range<Int>) {
    // Nothing was added: as to a sum, of a zero gradient, to which only -0 is another number.
    if rowCount == 0, task.accumulates { addNothing(to: self[task], part) }
    for addition in 0..<task.additions {
      let buffer = task.buffer - addition
      Scalar.addScaled(
        x: bases[buffer - 1] + part.lowerBound, y: bases[buffer] + part.lowerBound, count: part.count,
        scale: 1)
    }
  }

  private func addNothing(to gradient: UnsafeMutablePointer<Scalar>, _ part: Range<Int>) {
    for start in stride(from: part.lowerBound, to: part.upperBound, by: nothing.count) {
      let count = min(nothing.count, part.upperBound - start)
      Scalar.addScaled(x: gradient + start, y: nothing.base, count: count, scale: 1)
    }
  }
}

extension Range<Int> {
  /// The range so many places on.
  package func shifted(by count: Int) -> Range<Int> { lowerBound + count..<upperBound + count }
}
