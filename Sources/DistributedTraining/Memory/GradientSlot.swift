import ConcreteAutoencoder
import LinearAlgebra

/// What one rank passes to others in a step: gradients, and the step's statistics behind the first of them.
package struct GradientSlot {
  /// Gradients in the rank's gradient layout; the first has room for the statistics behind it.
  package let buffers: [AlignedBuffer<Float>]
  /// The statistics.
  let statistics: StepStatistics

  /// Where each tensor's gradient lies.
  package let layout: ParameterLayout

  /// Regions for gradients of `layout`, the first with room for statistics.
  static func declare(
    _ layout: ParameterLayout, bufferCount: Int, statistics: StepStatistics.Layout,
    in arena: inout NodeArena.Layout
  ) -> [NodeArena.Region] {
    (0..<bufferCount).map { arena.declare(layout.count + ($0 == 0 ? statistics.count : 0)) }
  }

  /// Uses buffers that were declared for it.
  init(
    layout: ParameterLayout, statistics statisticsLayout: StepStatistics.Layout,
    buffers: [AlignedBuffer<Float>]
  ) {
    self.layout = layout
    self.buffers = buffers
    statistics = StepStatistics(buffers[0].base + layout.count, layout: statisticsLayout)
  }
}
