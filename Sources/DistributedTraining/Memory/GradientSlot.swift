import ConcreteAutoencoder
import LinearAlgebra

/// What one rank passes to others in a step: gradients, and a tail of sums behind the first of them.
package struct GradientSlot {
  /// Gradients in the rank's gradient layout; the first has room for the tail behind it.
  package let buffers: [AlignedBuffer<Float>]
  /// The tail.
  package let tail: StepTail

  /// Where each tensor's gradient lies.
  package let layout: ParameterLayout

  /// Takes `bufferCount` gradients.
  init(layout: ParameterLayout, bufferCount: Int, tail tailLayout: StepTail.Layout, sharing: NodeSharing) {
    self.layout = layout
    let first = sharing.take(layout.count + tailLayout.count)
    buffers = [first] + (1..<bufferCount).map { _ in sharing.take(layout.count) }
    tail = StepTail(first.base + layout.count, layout: tailLayout)
  }

  /// Elements of the storage it takes, buffer by buffer.
  static func counts(layout: ParameterLayout, bufferCount: Int, tail: StepTail.Layout) -> [Int] {
    [layout.count + tail.count] + Array(repeating: layout.count, count: bufferCount - 1)
  }
}
