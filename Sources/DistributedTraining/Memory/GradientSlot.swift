import ConcreteAutoencoder
import LinearAlgebra

/// What one rank passes to others in a step: gradients, and the step's statistics.
///
/// Where ranks divide the features, the gradient of what belongs to these is one for all ranks of the node, of which each
/// writes its part; behind it each has one of the other layers. Else each rank has gradients of its own.
package struct GradientSlot {
  /// Gradients in `layout`, and what is behind them.
  package let buffers: [AlignedBuffer<Float>]
  /// Elements from the place of a parameter that belongs to no feature to that of this rank's gradient of it.
  package let hiddenShift: Int
  /// The statistics.
  let statistics: StepStatistics

  /// Where each tensor's gradient lies.
  package let layout: ParameterLayout

  /// Declares the buffers of all ranks of a node; those of each rank.
  static func declare(
    _ shape: ModelShape, _ plan: ReductionPlan, node: Int, in arena: inout NodeArena.Layout
  ) -> [[NodeArena.Region]] {
    let places = Places(shape, plan)
    let counts = (0..<plan.ranksPerNode).map { plan.bufferCount(node: node, rank: $0) }
    guard plan.dividesFeatures else {
      return counts.map { count in (0..<count).map { arena.declare(places.length(ofBuffer: $0)) } }
    }
    let shared = (0..<(counts.max() ?? 1)).map { arena.declare(places.length(ofBuffer: $0)) }
    return counts.map { _ in shared }
  }

  /// Uses the buffers that were declared for a rank of the node.
  init(_ shape: ModelShape, _ plan: ReductionPlan, rank: Int, buffers: [AlignedBuffer<Float>]) {
    let places = Places(shape, plan)
    let slice = plan.dividesFeatures ? rank : 0
    layout = places.layout
    self.buffers = buffers
    hiddenShift =
      plan.dividesFeatures
      ? places.layout.count + slice * places.hiddenCount - places.layout.decoderOffset : 0
    statistics = StepStatistics(
      buffers[0].base + places.gradientCount + slice * places.statisticsCount, layout: places.statistics)
  }

  /// Lengths, in whole cache lines.
  private struct Places {
    let layout: ParameterLayout
    let statistics: StepStatistics.Layout
    let hiddenCount: Int
    let slices: Int

    init(_ shape: ModelShape, _ plan: ReductionPlan) {
      layout = ParameterLayout(shape: shape.direct)
      statistics = StepStatistics.Layout(plan)
      hiddenCount = AlignedBuffer<Float>.aligned(layout.hiddenRange(shape).count)
      slices = plan.dividesFeatures ? plan.ranksPerNode : 1
    }

    var statisticsCount: Int { AlignedBuffer<Float>.aligned(statistics.count) }
    var gradientCount: Int { layout.count + (slices > 1 ? slices * hiddenCount : 0) }
    func length(ofBuffer index: Int) -> Int { gradientCount + (index == 0 ? slices * statisticsCount : 0) }
  }
}
