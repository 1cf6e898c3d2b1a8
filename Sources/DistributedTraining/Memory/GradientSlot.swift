import ConcreteAutoencoder
import LinearAlgebra

/// What one rank passes to others in a step: gradients, and a tail of sums behind the first of them.
package struct GradientSlot {
  /// Gradients in the rank's gradient layout; the first has room for the tail behind it.
  package let buffers: [AlignedBuffer<Float>]
  /// The tail.
  let tail: StepTail

  /// Where each tensor's gradient lies.
  package let layout: ParameterLayout

  /// Regions for gradients of `layout`, the first with room for a tail.
  static func declare(
    _ layout: ParameterLayout, bufferCount: Int, tail: StepTail.Layout, in arena: inout NodeArena.Layout
  ) -> [NodeArena.Region] {
    (0..<bufferCount).map { arena.declare(layout.count + ($0 == 0 ? tail.count : 0)) }
  }

  /// Uses buffers that were declared for it.
  init(layout: ParameterLayout, tail tailLayout: StepTail.Layout, buffers: [AlignedBuffer<Float>]) {
    self.layout = layout
    self.buffers = buffers
    tail = StepTail(buffers[0].base + layout.count, layout: tailLayout)
  }
}
