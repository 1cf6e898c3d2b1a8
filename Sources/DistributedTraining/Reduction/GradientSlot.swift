import LinearAlgebra

/// What one rank passes to others in a step: gradients, and a tail of sums behind the first of them.
struct GradientSlot {
  /// Gradients in the parameters' layout; the first has room for the tail behind it.
  let buffers: [AlignedBuffer<Float>]
  /// The tail.
  let tail: StepTail

  /// Takes `bufferCount` gradients of `parameterCount` numbers.
  init(parameterCount: Int, bufferCount: Int, tail layout: StepTail.Layout, sharing: NodeSharing) {
    let first = sharing.take(parameterCount + layout.count)
    buffers = [first] + (1..<bufferCount).map { _ in sharing.take(parameterCount) }
    tail = StepTail(first.base + parameterCount, layout: layout)
  }

  /// Elements of the storage it takes, buffer by buffer.
  static func counts(parameterCount: Int, bufferCount: Int, tail layout: StepTail.Layout) -> [Int] {
    [parameterCount + layout.count] + Array(repeating: parameterCount, count: bufferCount - 1)
  }
}
